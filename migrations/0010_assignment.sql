-- The position of round robin in every set of users that take turns. Locking the row serialises assignment.
create table assignment_rotations (
	organization_id integer not null references organizations (id) on delete cascade,
	-- 'team' for all sales representatives, else the user ids in order, separated by commas.
	pool_key text not null,
	last_user_id integer,
	updated_at timestamptz not null default now(),
	primary key (organization_id, pool_key),
	constraint assignment_rotations_sizes_in_range check (
		octet_length(pool_key) <= 16777216
	)
);

comment on table assignment_rotations is 'The position of round robin in every set of users that take turns.';
comment on column assignment_rotations.pool_key is
	'''team'' for all sales representatives, else the user ids in order, separated by commas.';
comment on constraint assignment_rotations_sizes_in_range on assignment_rotations is
	'Keeps every row small enough to dump: no text or JSON, written out, may exceed 16 MB.';
comment on index assignment_rotations_pkey is 'Serves finding and locking the position of round robin.';

call lma.secure_table('public.assignment_rotations');
grant select on assignment_rotations to lma_app, lma_readonly;
grant insert (organization_id, pool_key, last_user_id, updated_at) on assignment_rotations to lma_app;
grant update (pool_key, last_user_id, updated_at) on assignment_rotations to lma_app;

create trigger assignment_rotations_touch_updated_at before update on assignment_rotations
	for each row execute function lma.touch_updated_at();
