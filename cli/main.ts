#!/usr/bin/env node
import './nodeVersion';

import { loadConfig } from '../worker/config';
import { startWorker } from '../worker/main';
import { run } from './run';

void run(process.argv.slice(2), { startWorker: (env) => startWorker(loadConfig(env)) }).then((exitCode) => {
	process.exitCode = exitCode;
});
