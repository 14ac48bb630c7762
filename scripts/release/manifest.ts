import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod/v4';

const manifestSchema = z.object({
	name: z.string().min(1),
	version: z.string().min(1),
	bin: z.object({ lma: z.string() }),
	/** What n8n loads, as paths in the package. */
	n8n: z.object({ nodes: z.array(z.string()).min(1), credentials: z.array(z.string()).min(1) }),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** What package.json in `folder` says of the package. */
export function readManifest(folder: string): Manifest {
	return manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
}
