import type { Sql } from '../connection/client';

/** How far the leads of an organization, and its e-mails to them, have come. */
export interface OutreachFigures {
	leads: number;
	hot: number;
	warm: number;
	cold: number;
	/** Most leads first. */
	assigned: { name: string; leads: number }[];
	/** E-mails that wait for their time, and those whose time has come but that are not sent yet. */
	later: number;
	due: number;
	sent: number;
	failed: number;
}

/** Reads the figures of the organization, counted from its rows. One statement. */
export async function readOutreachFigures(sql: Sql): Promise<OutreachFigures> {
	const [figures] = await sql<[OutreachFigures]>`
		select
			l.*, c.*,
			(
				select coalesce(jsonb_agg(jsonb_build_object('name', name, 'leads', leads) order by leads desc, name), '[]')
				from (
					select concat_ws(' ', u.first_name, u.last_name) as name, count(*) as leads
					from leads
					join users u on u.id = leads.assigned_to_id
					group by u.id, u.first_name, u.last_name
				) per_user
			) as assigned
		from (
			select
				count(*) as leads,
				count(*) filter (where lead_temperature = 'hot') as hot,
				count(*) filter (where lead_temperature = 'warm') as warm,
				count(*) filter (where lead_temperature = 'cold') as cold
			from leads
		) l
		cross join (
			select
				count(*) filter (where status = 'scheduled' and scheduled_at > now() + interval '1 minute') as later,
				count(*) filter (where status = 'scheduled' and scheduled_at <= now() + interval '1 minute') as due,
				count(*) filter (where status = 'completed') as sent,
				count(*) filter (where status = 'failed') as failed
			from communications
			where communication_type = 'email'
				and direction = 'outbound'
		) c`;
	return figures;
}
