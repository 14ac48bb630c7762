// Commit subjects have at most 72 characters, so that every tool shows them whole. Those of before that was a rule stay.
// Looks at the checkout in the current folder, and at all of its commits that are there.
import { execFileSync } from 'node:child_process';

const LAST_WITHOUT_RULE = { id: '12b12d2a1dd79b4dd42a65220751afdc9edd34f6', committed: 1795408252 };
const MOST = 72;

function git(...args) {
	const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 256 * 2 ** 20 };
	return execFileSync('git', args, options).trim();
}

function succeeds(...args) {
	try {
		git(...args);
		return true;
	} catch {
		return false;
	}
}

/** Whether this folder is the top of a checkout. In an archive that lies in somebody else's, the commits are not ours. */
function isCheckout() {
	return succeeds('rev-parse', '--verify', 'HEAD') && git('rev-parse', '--show-prefix') === '';
}

/**
 * One commit as git stores it. The parents are the true ones: for the oldest commit of a shallow clone, all other formats
 * name none, and the merge that GitHub makes of a pull request, with two ids in its subject, would not look like one.
 */
function parse(raw) {
	const [header] = raw.split('\n\n', 1);
	const [subject] = raw.slice(header.length).replace(/^ {4}/gm, '').trim().split('\n\n', 1);
	return {
		id: /^commit (\w{7})/m.exec(header)[1],
		isMerge: header.match(/^parent /gm)?.length > 1,
		committed: Number(/^committer .* (\d+) [+-]\d{4}$/m.exec(header)[1]),
		subject: subject.replaceAll('\n', ' '),
	};
}

/** The commits that the rule is for. Where the last one without it is not there, the time tells. */
function listCommits() {
	const hasLast = succeeds('merge-base', '--is-ancestor', LAST_WITHOUT_RULE.id, 'HEAD');
	const log = git('log', '-z', '--format=raw', hasLast ? `${LAST_WITHOUT_RULE.id}..HEAD` : 'HEAD');
	return log
		.split('\0')
		.filter(Boolean)
		.map(parse)
		.filter(({ isMerge, committed }) => !isMerge && (hasLast || committed > LAST_WITHOUT_RULE.committed));
}

if (!isCheckout()) {
	console.log('No checkout of git: no commits to look at.');
} else {
	const commits = listCommits();
	const long = commits.filter(({ subject }) => Array.from(subject).length > MOST);
	for (const { id, subject } of long)
		console.error(`Longer than ${MOST} characters, shorten it: ${id} ${subject}`);
	if (long.length > 0) process.exitCode = 1;
	else console.log(`${commits.length} commit subjects are at most ${MOST} characters long.`);
}
