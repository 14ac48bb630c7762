import { z } from 'zod/v4';

import { day, integer, label, tags, text } from '../../../domain/input/field';
import type { LeadColumn } from '../../../domain/lead/column';
import { RULES_OF } from '../../../domain/merge/mergeRuleNames';

const merge = { rules: RULES_OF.ordered, standard: 'newest' } as const;
const input = (name: string) => ({ label: name, hint: `What ${name} is`, headings: [], merge });

/** Columns that leads do not have, one of each kind. */
export const HATS: Record<string, LeadColumn> = {
	hatColour: { schema: label(['GREY', 'DARK_BLUE']), standard: 'GREY', input: input('Hat Colour') },
	hatMaker: {
		schema: text(50),
		isNullable: true,
		isScorable: true,
		simplifiedPlace: 99,
		input: { ...input('Hat Maker'), headings: ['hatter'] },
	},
	hatSize: { schema: integer('must be a size', 40, 70), standard: 56, input: input('Hat Size') },
	hatsOwned: { schema: tags, isNullable: true, input: input('Hats Owned') },
	hatBought: { schema: day, isNullable: true, input: input('Hat Bought') },
	hasHat: { schema: z.boolean(), standard: false, input: input('Has Hat') },
};
