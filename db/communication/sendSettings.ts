import { LmaError } from '../../domain/error/errors';
import { parseInput } from '../../domain/input/parseInput';
import { type SendSettings, sendSettingsSchema } from '../../domain/outreach/sendRules';

/**
 * Reads what an organization asks of every communication, as it stands in `settings.sendGate`. Nothing there is no rule of its own.
 *
 * @throws LmaError when it cannot be understood
 */
export function readSendSettings(settings: unknown): SendSettings {
	if (settings === null || settings === undefined) return {};
	try {
		return parseInput(sendSettingsSchema, settings);
	} catch (error) {
		throw new LmaError(
			'INVALID_SETTING',
			`The organization's settings.sendGate cannot be understood: ${error instanceof Error ? error.message : 'wrong'}`,
			'`lma org settings get <slug>` shows what is wrong, `lma org settings set` corrects it. Until then it cannot be decided what may be sent.',
		);
	}
}
