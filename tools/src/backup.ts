import { backup } from './backup/commands.ts';
import { parseBackupOptions, USAGE } from './backup/options.ts';
import { runTool } from './backup/run-tool.ts';

/** `npm run backup`; exit codes: see `backup/options.ts`. */
if (import.meta.main) await runTool('backup', { parse: parseBackupOptions, usage: USAGE, run: backup });
