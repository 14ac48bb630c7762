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
