-- Whom to tell of changes. A channel with a known name could be listened to by any login of the server, which would then
-- know when others work; these names cannot be guessed, and row security keeps each for whom it is meant.

create table lma.event_channels (
	organization_id integer primary key references public.organizations (id) on delete cascade,
	channel text not null default 'lma_' || replace(gen_random_uuid()::text, '-', '')
);

comment on table lma.event_channels is 'The NOTIFY channel on which an organization is told that it has new events.';
comment on index lma.event_channels_pkey is 'Serves the channel of an organization.';

call lma.secure_table('lma.event_channels');
grant select on lma.event_channels to lma_app, lma_readonly;

create function lma.make_event_channel() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	insert into lma.event_channels (organization_id)
	values (new.id)
	on conflict do nothing;
	return null;
end
$$;

create trigger organizations_make_event_channel after insert on organizations
	for each row execute function lma.make_event_channel();

-- Restoring data alone brings the channels along, after the trigger has made new ones.
create function lma.keep_event_channel() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	if exists (select from lma.event_channels c where c.organization_id = new.organization_id) then
		return null;
	end if;
	return new;
end
$$;

create trigger event_channels_keep before insert on lma.event_channels
	for each row execute function lma.keep_event_channel();

create table lma.worker_channels (
	name text primary key,
	channel text not null default 'lma_' || replace(gen_random_uuid()::text, '-', '')
);

comment on table lma.worker_channels is
	'The NOTIFY channels of the worker: dispatch, when something is due; workflows, when a scan is.';
comment on index lma.worker_channels_pkey is 'Serves a channel of the worker by its name.';

alter table lma.worker_channels enable row level security;
alter table lma.worker_channels force row level security;
create policy worker on lma.worker_channels for select to lma_worker using (true);
create policy owner on lma.worker_channels to lma_owner using (true) with check (true);
grant select on lma.worker_channels to lma_worker;

insert into lma.worker_channels (name)
values ('dispatch'), ('workflows');

-- Wakes the readers of these organizations' events, once per transaction.
create function lma.notify_events(organization_ids integer[]) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	perform pg_notify(c.channel, '')
	from lma.event_channels c
	where c.organization_id = any(organization_ids);
end
$$;

-- Wakes the workers that listen on the channel of this name, once per transaction.
create function lma.notify_worker(worker_channel text) returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
	perform pg_notify(c.channel, '')
	from lma.worker_channels c
	where c.name = worker_channel;
end
$$;
