/** n8n's own credential for a mail server without a password. */
export function smtpCredential(name: string, url: string) {
	const { hostname, port } = new URL(url);
	return {
		name,
		type: 'smtp',
		data: {
			user: '',
			password: '',
			host: hostname,
			port: Number(port),
			secure: false,
			disableStartTls: true,
		},
	};
}
