// usage: node summary.mjs <folder> [failed step…]
// The folder holds vitest's results as <suite>.json, and <suite>.failed beside it when the run ended with an error.
// Prints what each suite did and, as the last line, `N passed, N failed`. Exits 1 unless everything ran and passed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, ...failedSteps] = process.argv.slice(2);
let passed = 0;
let failed = failedSteps.length;

/** What a test said, indented; the beginning and the end of it when that is long. */
function shorten(message) {
	const text = message.length <= 6000 ? message : `${message.slice(0, 3000)}\n…\n${message.slice(-3000)}`;
	return text.replaceAll(/^/gm, '    ');
}

for (const name of readdirSync(folder).sort()) {
	if (!name.endsWith('.json')) continue;
	const result = JSON.parse(readFileSync(join(folder, name), 'utf8'));
	const skipped = result.numPendingTests + result.numTodoTests;
	// A file that could not be loaded has no tests to fail, and a run without tests proves nothing.
	const broken = result.testResults.filter(
		(file) => file.status === 'failed' && file.assertionResults.length === 0,
	);
	const hasFailed = !result.success || existsSync(join(folder, name.replace(/json$/, 'failed')));
	const unexplained = hasFailed && result.numFailedTests + broken.length === 0 ? 1 : 0;
	const empty = result.numTotalTests === 0 ? 1 : 0;
	passed += result.numPassedTests;
	failed += result.numFailedTests + skipped + broken.length + Math.max(unexplained, empty);
	const suite = name.replace(/\.json$/, '').replaceAll('-', ' ');
	const onRedis = result.testResults
		.filter((file) => file.name.endsWith('.redis.test.ts'))
		.reduce((sum, file) => sum + file.assertionResults.length, 0);
	const redis = onRedis > 0 ? `, ${onRedis} of them on Redis` : '';
	const { numPassedTests, numFailedTests } = result;
	console.log(`${suite}: ${numPassedTests} passed, ${numFailedTests} failed, ${skipped} skipped${redis}`);
	for (const file of broken) console.log(`  could not be run: ${file.name}`);
	for (const file of result.testResults) {
		for (const { status, fullName, failureMessages } of file.assertionResults) {
			if (status === 'passed') continue;
			console.log(`  ${status}: ${fullName}`);
			for (const message of failureMessages ?? []) console.log(shorten(message));
		}
	}
}
for (const step of failedSteps) console.log(`failed: ${step}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
