import { LmaError } from '../error/errors';

/** The send gate refuses something that was to be scheduled: for good, or at that time. */
export class SendBlockedError extends LmaError {
	constructor({ message, until }: { message: string; until: string | null }) {
		super(
			'SEND_BLOCKED',
			message.replace(/\.$/, ''),
			until === null
				? 'Nothing was scheduled. The page on sending says what each reason means, and Check Send tells it beforehand.'
				: 'Nothing was scheduled. Choose a later time, or Defer under Check Sending Rules, which takes the first possible one.',
		);
	}
}
