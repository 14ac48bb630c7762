#!/usr/bin/env node
import './machine/nodeVersion';

import { loadConfig } from '../worker/config';
import { startWorker } from '../worker/main';
import { endWithReader } from './brokenPipe';
import { runProgram } from './runProgram';

endWithReader();
void runProgram(process.argv.slice(2), { startWorker: (env) => startWorker(loadConfig(env)) }).then(
	(exitCode) => {
		// Nobody reads how it went on.
		process.exitCode ??= exitCode;
		// What could not be started may have left a connection behind that holds the process; what it had to say is said.
		if (exitCode !== 0) setTimeout(() => process.exit(), 500).unref();
	},
);
