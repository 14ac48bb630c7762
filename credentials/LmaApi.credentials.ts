import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

/** Login to the PostgreSQL database that holds the leads, and the organization to work for. */
export class LmaApi implements ICredentialType {
	name = 'lmaApi';

	displayName = 'LMA API';

	icon: Icon = { light: 'file:../nodes/Lma/lma.svg', dark: 'file:../nodes/Lma/lma.dark.svg' };

	documentationUrl = 'https://github.com/n8n-nodes-lma/n8n-nodes-lma#the-credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Host',
			name: 'host',
			type: 'string',
			default: 'localhost',
			required: true,
			placeholder: 'e.g. db.example.com',
			description: 'Host name or address of the PostgreSQL server, as seen from n8n',
		},
		{
			displayName: 'Port',
			name: 'port',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 65535 },
			default: 5432,
			required: true,
			description: 'Port of the PostgreSQL server, or of the PgBouncer in front of it',
		},
		{
			displayName: 'Database',
			name: 'database',
			type: 'string',
			default: 'lma',
			required: true,
			description: 'Name of the database that <code>lma migrate</code> was run on',
		},
		{
			displayName: 'User',
			name: 'user',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. acme_n8n',
			description:
				'Database login. A tenant login is best, as it can see only one organization; <code>lma org login create</code> creates one.',
		},
		{
			displayName: 'Password',
			name: 'password',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Password of the database login',
		},
		{
			displayName: 'SSL',
			name: 'ssl',
			type: 'options',
			options: [
				{
					name: 'Disable',
					value: 'disable',
					description: 'Do not encrypt. Only for a database on the same machine or a private network.',
				},
				{
					name: 'Require',
					value: 'require',
					description: 'Encrypt, and accept any certificate',
				},
				{
					name: 'Verify Full',
					value: 'verify-full',
					description: 'Encrypt, and check that the certificate is trusted and belongs to the host',
				},
			],
			default: 'disable',
			description: 'Whether and how the connection is encrypted',
		},
		{
			displayName: 'CA Certificate',
			name: 'caCertificate',
			type: 'string',
			typeOptions: { password: true },
			displayOptions: { show: { ssl: ['verify-full'] } },
			default: '',
			placeholder: '-----BEGIN CERTIFICATE-----',
			description:
				"Certificate of the authority that signed the server's certificate, in PEM format. Leave empty when a public authority signed it.",
		},
		{
			displayName: 'Organization',
			name: 'organization',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. acme',
			description:
				'Slug of the organization whose leads this credential works on. <code>lma org list</code> shows the existing ones.',
		},
		{
			displayName: 'Read-Only',
			name: 'readOnly',
			type: 'boolean',
			default: false,
			description:
				'Whether the credential may only read. Nodes that use it refuse every operation that changes something, and so does the database. Meant for AI agents that should look things up but not act.',
		},
	];
}
