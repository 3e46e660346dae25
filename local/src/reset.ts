// `npm run reset`: empties the data directory. What was downloaded stays in the cache.
import { loadConfig } from './config.ts';
import { emptyDataDirectory } from './data-directory.ts';
import { messageOf, Refusal } from './errors.ts';
import { acquireLock } from './lock.ts';
import { exists } from './toolchain/toolchain.ts';

try {
  const { dataDir } = loadConfig(process.env);
  if (!(await exists(dataDir))) console.log(`${dataDir} does not exist: nothing to reset.`);
  else {
    const lock = await acquireLock(dataDir, 'stop it with Ctrl-C where it runs, then reset');
    try {
      await emptyDataDirectory(dataDir, ['stack.lock']);
    } finally {
      await lock.release();
    }
    console.log(`${dataDir} is empty. npm start begins anew.`);
  }
} catch (error) {
  console.error(error instanceof Refusal ? error.message : `The data could not be reset: ${messageOf(error)}`);
  process.exit(1);
}
