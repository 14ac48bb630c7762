/**
 * Loaded into n8n before n8n itself (`node --require`). The channel to the process that started n8n closes when that
 * process dies, however it dies; n8n then ends instead of holding the port and the database.
 */
process.once('disconnect', () => {
	process.kill(process.pid, 'SIGTERM');
	setTimeout(() => process.kill(process.pid, 'SIGKILL'), 15_000).unref();
});
process.channel?.unref();
