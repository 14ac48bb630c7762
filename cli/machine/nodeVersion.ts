/** Imported before everything else: an older Node.js fails on the first module it does not know, with a stack trace. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 16)) {
	process.stderr.write(
		`lma: Node.js ${process.versions.node} is too old. Install 22.16 or newer; in a clone of the repository "npx lma" brings its own.\n`,
	);
	process.exit(1);
}
