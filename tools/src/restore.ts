import { runTool } from './backup/run-tool.ts';
import { restore } from './restore/commands.ts';
import { parseRestoreOptions, USAGE } from './restore/options.ts';

/** `npm run restore`; exit codes: see `restore/options.ts`. */
if (import.meta.main) await runTool('restore', { parse: parseRestoreOptions, usage: USAGE, run: restore });
