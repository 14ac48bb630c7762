// Commit subjects have at most 72 characters, so that every tool shows them whole. Those of before that was a rule stay.
import { execFileSync } from 'node:child_process';

const LAST_WITHOUT_RULE = '12b12d2a1dd79b4dd42a65220751afdc9edd34f6';
const MOST = 72;

function git(...args) {
	return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

/** The range of commits that the rule is for; null outside a checkout. */
function range() {
	try {
		git('rev-parse', '--git-dir');
	} catch {
		return null;
	}
	try {
		git('merge-base', '--is-ancestor', LAST_WITHOUT_RULE, 'HEAD');
		return `${LAST_WITHOUT_RULE}..HEAD`;
	} catch {
		// A shallow clone: only the newest commit is surely a new one.
		return '-1';
	}
}

const commits = range();
if (commits === null) {
	console.log('No checkout of git: no commits to look at.');
} else {
	const lines = git('log', '--no-merges', '--format=%h %s', commits).split('\n').filter(Boolean);
	const long = lines.filter((line) => Array.from(line.slice(line.indexOf(' ') + 1)).length > MOST);
	for (const line of long) console.error(`Longer than ${MOST} characters, shorten it: ${line}`);
	if (long.length > 0) process.exitCode = 1;
	else console.log(`${lines.length} commit subjects are at most ${MOST} characters long.`);
}
