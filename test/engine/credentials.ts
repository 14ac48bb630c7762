import {
	ICredentialsHelper,
	type ICredentialDataDecryptedObject,
	type ICredentials,
	type IHttpRequestOptions,
	type INodeCredentialsDetails,
	type INodeProperties,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

/** Decrypted credential data by credential type, such as `{ lmaApi: { host: '127.0.0.1', … } }`. */
export type CredentialData = Record<string, ICredentialDataDecryptedObject>;

/** Hands the engine credentials from memory, already decrypted. Nothing can be changed through it. */
export class MemoryCredentials extends ICredentialsHelper {
	constructor(private readonly data: CredentialData) {
		super();
	}

	override getParentTypes(): string[] {
		return [];
	}

	override isCredentialUsableByNode(): boolean {
		return true;
	}

	override getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		_details: INodeCredentialsDetails,
		type: string,
	): Promise<ICredentialDataDecryptedObject> {
		const found = this.data[type];
		if (!found) return Promise.reject(new Error(`No credential of type ${type} was given to the engine.`));
		return Promise.resolve({ ...found });
	}

	override authenticate(
		_credentials: ICredentialDataDecryptedObject,
		_typeName: string,
		requestOptions: unknown,
	): Promise<IHttpRequestOptions> {
		return Promise.resolve(requestOptions as IHttpRequestOptions);
	}

	override preAuthentication(): Promise<undefined> {
		return Promise.resolve(undefined);
	}

	override runPreAuthentication(): Promise<undefined> {
		return Promise.resolve(undefined);
	}

	override getCredentials(): Promise<ICredentials> {
		return Promise.reject(new Error('Encrypted credentials are not available in the test engine.'));
	}

	override updateCredentials(): Promise<void> {
		return Promise.resolve();
	}

	override updateCredentialsOauthTokenData(): Promise<void> {
		return Promise.resolve();
	}

	override getCredentialsProperties(): INodeProperties[] {
		return [];
	}
}
