const OPTIONS =
	/^(name|secure|requireTLS|ignoreTLS|authMethod|tls\.(rejectUnauthorized|servername|minVersion))$/;

/**
 * An SMTP URL with only those options that say how to connect. Nodemailer takes every option from the query, over ours: another
 * transport that runs programs, a log full of addresses, silent second tries.
 */
export function safeSmtpUrl(smtpUrl: string): string {
	const url = new URL(smtpUrl);
	for (const option of [...url.searchParams.keys()])
		if (!OPTIONS.test(option)) url.searchParams.delete(option);
	return url.toString();
}

/** How the URL of a mail server should look; for messages. */
const EXAMPLE = 'smtp://user:password@host:587?from=outreach@example.com';

/**
 * What is wrong with the URL of a mail server and what it should be, to be read after its name; undefined when nothing is. Nothing of the URL
 * is repeated.
 */
export function findSmtpUrlProblem(text: string): string | undefined {
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '') {
		return `should be a URL such as ${EXAMPLE}, or with smtps:// for TLS from the start`;
	}
	if (text.includes('#')) {
		return 'has a "#", where a URL ends; in a user name or a password write it as %23, and "@" as %40';
	}
	return undefined;
}
