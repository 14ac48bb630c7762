/**
 * Loaded into n8n and npm before their own code (`node --require`). The channel to the process that started them
 * closes when that process dies, however it dies; they then end, too, instead of holding port, database and disk.
 */
process.once('disconnect', () => {
	process.kill(process.pid, 'SIGTERM');
	setTimeout(() => process.kill(process.pid, 'SIGKILL'), 15_000).unref();
});
process.channel?.unref();
