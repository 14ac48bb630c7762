import type { CommunicationType } from '../../domain/communication/communication';
import { LONGEST_CONTENT } from '../../domain/input/field';
import type { Sql } from '../connection/client';
import type { PassedClaim } from './askSendGate';
import type { ClaimedCommunication } from './claimDueCommunications';
import { leadVersion } from './leadVersion';

/** What is needed to send one communication. Leaves the process only on its way to the provider. */
export interface OutgoingMessage extends ClaimedCommunication {
	/** `organization:id:schedule_version`: the same on every attempt, another one after a reschedule. */
	idempotencyKey: string;
	/** 1 on the first attempt of this schedule. Counts what may have reached a provider, not mere claims. */
	attempt: number;
	communicationType: CommunicationType;
	subject: string | null;
	content: string | null;
	/** It is so long that it was left in the database, and cannot be sent. */
	isTooLong: boolean;
	/** Of the lead's e-mail address, when it is an e-mail: under what it stands in suppressions. */
	addressKey: string | null;
	/** Milliseconds since it was due, by the clock of the database. */
	latenessMs: number;
	organization: { id: number; slug: string; name: string; resendUnknown: boolean };
	lead: {
		id: number;
		email: string;
		firstName: string;
		lastName: string;
		company: string | null;
		jobTitle: string | null;
		phone: string | null;
		website: string | null;
		linkedinUrl: string | null;
	};
}

const MOST_BYTES_OF_A_CHARACTER = 4;

/**
 * Records that these communications are about to be sent, and renews their lease. Commit before any I/O: from then on
 * a cancel comes too late, and a crash leaves an unknown outcome. Returns only what may be sent: rows cancelled,
 * rescheduled, claimed anew or already started, and those of organizations switched off since, are left out. So are rows
 * that somebody keeps locked, until their lease is over: what one organization does holds up no other's messages. What
 * passed the send gate is left out, too, when its lead, or what keeps it from being contacted, has changed since; with a frequency cap also when another message
 * to the lead was begun, or somebody keeps the lead locked.
 */
export async function startSending(
	sql: Sql,
	claims: readonly (ClaimedCommunication & Partial<PassedClaim>)[],
	leaseSeconds: number,
): Promise<OutgoingMessage[]> {
	const mostBytes = LONGEST_CONTENT * MOST_BYTES_OF_A_CHARACTER;
	const input = claims.map(({ id, epoch, leadVersion: version, begun }) => ({
		id,
		epoch,
		lead_version: version,
		begun,
	}));
	const isCapped = input.some(({ begun }) => typeof begun === 'number');
	return sql<OutgoingMessage[]>`
		with input as materialized (
			select id, epoch, lead_version, begun, begun is not null as is_capped
			from jsonb_to_recordset(${sql.json(input)}) as t(id bigint, epoch int, lead_version text, begun int)
		)${isCapped ? cappedContacts(sql) : sql``}, locked as materialized (
			-- In one order, so that two statements cannot wait for each other; a cancel that came first is seen here.
			select c.id
			from communications c
			join input on input.id = c.id
			join organizations o on o.id = c.organization_id
			join leads l on l.organization_id = c.organization_id and l.id = c.lead_id
			where c.dispatch_epoch = input.epoch
				and c.status = 'scheduled'
				and c.dispatch_started_at is null
				and o.is_active
				and coalesce(input.lead_version = ${leadVersion(sql, sql`c.communication_type`)}, true)
				${isCapped ? sql`and (not input.is_capped or (c.lead_id, input.begun) in (select lead_id, begun from contact))` : sql``}
			order by c.id
			for no key update of c skip locked
		), started as (
			update communications c
			set dispatch_started_at = now(),
				dispatch_at = now() + make_interval(secs => ${leaseSeconds}::float8)
			from locked
			where c.id = locked.id
			returning c.*, coalesce(octet_length(c.content), 0) > ${mostBytes}::int as is_too_long
		), attempt as (
			update communication_attempts a
			set phase = 'sending',
				sending_at = now(),
				body_hash = case when not s.is_too_long then encode(sha256(convert_to(
					concat_ws(chr(31), coalesce(s.subject, ''), coalesce(s.content, '')), 'UTF8')), 'hex') end
			from started s
			where a.communication_id = s.id
				and a.epoch = s.dispatch_epoch
		)
		select s.id, s.dispatch_epoch as epoch, s.organization_id,
			format('%s:%s:%s', s.organization_id, s.id, s.schedule_version) as idempotency_key,
			1 + (
				select count(*)::int
				from communication_attempts a
				where a.communication_id = s.id
					and a.schedule_version = s.schedule_version
					and a.sending_at is not null
			) as attempt,
			s.communication_type, s.subject, case when not s.is_too_long then s.content end as content, s.is_too_long,
			case when s.communication_type = 'email' then
				lma.address_key(s.organization_id, 'email', l.email, null, null)
			end as address_key,
			-- Differences of numbers: one of times that are infinite is an error before PostgreSQL 17.
			greatest(0, least(
				extract(epoch from now()) - extract(epoch from greatest(s.scheduled_at, s.created_at)),
				extract(epoch from now())
			) * 1000)::float8 as lateness_ms,
			jsonb_build_object(
				'id', o.id, 'slug', o.slug, 'name', o.name,
				'resendUnknown', coalesce(o.settings #>> '{dispatch,resendUnknown}' = 'true', false)) as organization,
			jsonb_build_object(
				'id', l.id, 'email', l.email, 'firstName', l.first_name, 'lastName', l.last_name,
				'company', l.company, 'jobTitle', l.job_title, 'phone', l.phone, 'website', l.website,
				'linkedinUrl', l.linkedin_url) as lead
		from started s
		join organizations o on o.id = s.organization_id
		join leads l on l.organization_id = s.organization_id and l.id = s.lead_id`;
}

function cappedContacts(sql: Sql) {
	return sql`, contact as materialized (
			select lead_id, begun
			from lma.lock_contacts(array(
				select c.lead_id
				from communications c
				join input on input.id = c.id
				where input.is_capped
			))
		)`;
}
