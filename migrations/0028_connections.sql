-- Which LMA_ENCRYPTION_KEY workers run with, so that a secret is not saved with one that they could not read it with.

create table lma.worker_keys (
	key_id varchar(50) primary key,
	seen_at timestamptz not null default now()
);

comment on table lma.worker_keys is
	'The ids of the encryption keys that workers have run with. An id is the beginning of a hash, and says nothing of its key.';
comment on column lma.worker_keys.key_id is 'As in integrations.secret_key_id.';
comment on column lma.worker_keys.seen_at is 'When a worker last said so; each does at its start and every hour.';
comment on index lma.worker_keys_pkey is 'Serves noting that a key is in use.';

alter table lma.worker_keys enable row level security;
alter table lma.worker_keys force row level security;
create policy owner on lma.worker_keys to lma_owner using (true) with check (true);
create policy worker on lma.worker_keys to lma_worker using (true) with check (true);
grant select, insert, update on lma.worker_keys to lma_worker;
