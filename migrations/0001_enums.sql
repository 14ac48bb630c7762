-- The nine enumerations of the schema, labels as documented.
create type user_role_enum as enum ('ADMIN', 'MANAGER', 'SALES_REP', 'VIEWER');
create type lead_status_enum as enum (
	'NEW', 'CONTACTED', 'QUALIFIED', 'PROPOSAL', 'NEGOTIATION', 'CLOSED_WON', 'CLOSED_LOST'
);
create type lead_source_enum as enum (
	'WEBSITE', 'EMAIL', 'SOCIAL_MEDIA', 'REFERRAL', 'ADVERTISING', 'COLD_OUTREACH', 'EVENT', 'OTHER'
);
create type lead_temperature_enum as enum ('hot', 'warm', 'cold');
create type communication_type_enum as enum ('email', 'call', 'meeting', 'linkedin', 'sms');
create type communication_direction_enum as enum ('inbound', 'outbound');
create type communication_status_enum as enum ('scheduled', 'completed', 'failed', 'cancelled');
create type campaign_status_enum as enum ('draft', 'active', 'paused', 'completed', 'cancelled');
create type integration_status_enum as enum ('active', 'inactive', 'error', 'expired');
