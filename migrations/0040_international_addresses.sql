-- An address whose domain is written in its own letters is the same as that in letters of ASCII.

-- A domain in letters of ASCII (RFC 5891): münchen.example is xn--mnchen-3ya.example. Its letters are small and composed already,
-- as addresses are stored. Each label is written by the algorithm of RFC 3492, section 6.3, whose names the variables have.
create function lma.ascii_domain(domain text) returns text
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
	label text;
	labels text[] := '{}';
	points integer[];
	n integer;
	delta integer;
	bias integer;
	handled integer;
	basic integer;
	q integer;
	k integer;
	t integer;
	point integer;
	next_point integer;
	encoded text;
begin
	foreach label in array string_to_array(domain, '.') loop
		if label ~ '^[\x01-\x7f]*$' then
			labels := labels || label;
			continue;
		end if;
		points := array(select ascii(c) from regexp_split_to_table(label, '') with ordinality as l(c, place) order by place);
		encoded := regexp_replace(label, '[^\x01-\x7f]', '', 'g');
		basic := length(encoded);
		handled := basic;
		if basic > 0 then
			encoded := encoded || '-';
		end if;
		n := 128;
		delta := 0;
		bias := 72;
		while handled < cardinality(points) loop
			next_point := (select min(p) from unnest(points) as p where p >= n);
			delta := delta + (next_point - n) * (handled + 1);
			n := next_point;
			foreach point in array points loop
				if point < n then
					delta := delta + 1;
				elsif point = n then
					q := delta;
					k := 36;
					loop
						t := greatest(1, least(26, k - bias));
						exit when q < t;
						encoded := encoded || substr('abcdefghijklmnopqrstuvwxyz0123456789', t + (q - t) % (36 - t) + 1, 1);
						q := (q - t) / (36 - t);
						k := k + 36;
					end loop;
					encoded := encoded || substr('abcdefghijklmnopqrstuvwxyz0123456789', q + 1, 1);
					-- How far the bias has to follow: section 6.1.
					delta := case when handled = basic then delta / 700 else delta / 2 end;
					delta := delta + delta / (handled + 1);
					k := 0;
					while delta > 455 loop
						delta := delta / 35;
						k := k + 36;
					end loop;
					bias := k + 36 * delta / (delta + 38);
					delta := 0;
					handled := handled + 1;
				end if;
			end loop;
			delta := delta + 1;
			n := n + 1;
		end loop;
		labels := labels || ('xn--' || encoded);
	end loop;
	return array_to_string(labels, '.');
end
$$;
comment on function lma.ascii_domain(text) is 'A domain as mail servers write it, in letters of ASCII.';

-- As before; and a domain in its own letters is the same as that in letters of ASCII.
create or replace function lma.address_key(
	organization integer, type public.communication_type_enum, email text, phone text, linkedin_url text
) returns text
language sql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
	select encode(sha256(convert_to(concat_ws(':', organization, a.kind, a.address), 'UTF8')), 'hex')
	from (
		select
			case type when 'email' then 'email' when 'linkedin' then 'linkedin' else 'phone' end as kind,
			nullif(case type
				when 'email' then case
					when email ~ '@[^@]*[^\x01-\x7f][^@]*$' then
						regexp_replace(lower(btrim(email)), '[^@]*$', '') || lma.ascii_domain(substring(lower(btrim(email)) from '[^@]*$'))
					else lower(btrim(email))
				end
				when 'linkedin' then regexp_replace(
					lower(btrim(linkedin_url)), '^(https?://)?([a-z]{2,3}\.)?|/*([?#].*)?$', '', 'g')
				when 'meeting' then null
				else regexp_replace(regexp_replace(phone, '\D', '', 'g'), '^00', '')
			end, '') as address
	) a
	where a.address is not null
$$;
grant execute on function lma.ascii_domain(text) to lma_app, lma_worker, lma_readonly;

-- What was known of addresses that leads have in the other letters.
with rewritten as (
	select distinct l.organization_id,
		encode(sha256(convert_to(concat_ws(':', l.organization_id, 'email', lower(btrim(l.email))), 'UTF8')), 'hex') as before,
		lma.address_key(l.organization_id, 'email', l.email, null, null) as after
	from leads l
	where l.email ~ '@[^@]*[^\x01-\x7f][^@]*$'
)
insert into suppressions (organization_id, communication_type, address_key, reason, source, user_id, created_at)
select s.organization_id, s.communication_type, r.after, s.reason, s.source, s.user_id, s.created_at
from rewritten r
join suppressions s
	on s.organization_id = r.organization_id
	and s.address_key = r.before
	and s.communication_type = 'email'
on conflict do nothing;
