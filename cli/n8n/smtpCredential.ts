/** n8n's own credential for the mail server that `url` leads to, as `smtp://user:password@host:587`. */
export function smtpCredential(name: string, url: string) {
	const { protocol, hostname, port, username, password } = new URL(url);
	const secure = protocol === 'smtps:';
	return {
		name,
		type: 'smtp',
		data: {
			user: decodeURIComponent(username),
			password: decodeURIComponent(password),
			host: hostname,
			port: Number(port || (secure ? 465 : 587)),
			secure,
			disableStartTls: !secure && username === '',
		},
	};
}
