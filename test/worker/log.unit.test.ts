import { describe, expect, it } from 'vitest';
import { withoutPersonalData } from '../../domain/cleanText';
import { toLmaError } from '../../db/connection/error/toLmaError';
import { createLog } from '../../worker/log';

describe('text for the log', () => {
	it.each([
		['550 5.1.1 <ada.lovelace@receiver.test>: unknown', '550 5.1.1 <[address]>: unknown'],
		[
			'connect postgresql://worker:geheim@db:5432/lma failed',
			'connect postgresql://[redacted]@db:5432/lma failed',
		],
		['GET https://n8n.test/webhook?token=geheim', 'GET https://n8n.test/webhook'],
		['to jörg@müller.example, again', 'to [address], again'],
		['call +49 (30) 1234-567 now', 'call [number] now'],
		['lead 42 of organization 7', 'lead 42 of organization 7'],
	])('%s', (text, cleaned) => {
		expect(withoutPersonalData(text)).toBe(cleaned);
	});

	it('is cleaned in errors and their causes, without stack and driver fields', () => {
		const lines: string[] = [];
		const cause = new Error('mail to ada@receiver.test refused');
		const error = Object.assign(new Error('failed for ada@receiver.test', { cause }), {
			code: 'EENVELOPE',
			response: '550 ada@receiver.test',
			query: 'select secret',
			rejected: ['ada@receiver.test'],
		});
		const log = createLog('info', { write: (line) => void lines.push(line) });
		log.error({ err: error, email: 'ada@receiver.test', config: { secret: 'geheim' } }, 'it failed');
		expect(lines.join()).not.toMatch(/ada|select|geheim/);
		expect(JSON.parse(lines[0]!)).toMatchObject({
			err: {
				code: 'EENVELOPE',
				message: 'failed for [address]',
				cause: { message: 'mail to [address] refused' },
			},
			email: '[redacted]',
		});
	});
});

it('nothing that may be personal of a lead is written, whatever it is called', () => {
	const lead = {
		...{ id: 7, email: 'ada@x.test', firstName: 'Ada', last_name: 'Lovelace', company: 'Engines' },
		...{
			jobTitle: 'Countess',
			linkedin_url: 'https://linkedin.test/ada',
			notes: 'likes sums',
			status: 'NEW',
		},
		...{ tags: ['maths'], customFields: { dog: 'Sirius' }, website: 'ada.test', phone: '1', score: 3 },
	};
	const lines: string[] = [];
	createLog('info', { write: (line) => void lines.push(line) }).info({ lead }, 'a lead');
	const { lead: written } = JSON.parse(lines[0]!) as { lead: object };
	const shown = Object.entries(written).filter(([, value]) => value !== '[redacted]');
	expect(Object.fromEntries(shown)).toEqual({ id: 7, status: 'NEW', score: 3 });
});

describe('an error in the log', () => {
	const written = (error: unknown) => {
		const lines: string[] = [];
		createLog('info', { write: (line) => void lines.push(line) }).error({ err: error }, 'it failed');
		return lines.join();
	};

	it('says where it is when it is a mistake of ours, and nothing personal', () => {
		const line = written(toLmaError(new TypeError('no ada@receiver.test')));
		expect(line).toContain('log.unit.test');
		expect(line).not.toContain('ada@receiver.test');
	});

	it('has no stack when a server or a person has done it', () => {
		const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
		expect(written(toLmaError(refused))).not.toContain('log.unit.test');
	});
});
