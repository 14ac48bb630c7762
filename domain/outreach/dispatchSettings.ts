import { z } from 'zod/v4';

import { setting } from '../input/setting';

/** How the worker sends, in `organizations.settings.dispatch`. */
export const dispatchSettingsSchema = z.strictObject({
	resendUnknown: setting(
		z.boolean({ error: 'must be true or false; choose one of them' }),
		'Whether an e-mail is sent again when nobody knows whether it went out. A lead may then get it twice; otherwise it fails, and a person decides.',
		false,
	),
});
