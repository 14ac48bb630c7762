/** Encryption of a connection: `require` trusts any certificate, `verify-full` also checks the chain and the host name. */
export type SslMode = 'disable' | 'require' | 'verify-full';
