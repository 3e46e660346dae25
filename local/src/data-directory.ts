import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf, Refusal } from './errors.ts';
import { exists } from './toolchain/toolchain.ts';

// Tells a directory that the stack made from one that holds someone's files: reset deletes only in the former.
const MARKER = '.microshop-data';
const NEEDED_MB = 500;

export async function freeMegabytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return Math.floor((bavail * bsize) / 2 ** 20);
}

/** Makes the directory if need be and refuses one that cannot be used. `variable` is what chooses another. */
export async function prepareDirectory(directory: string, variable: string): Promise<void> {
  try {
    await makeDirectory(directory);
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Refusal(
      `The directory ${directory} cannot be written (${codeOf(error)}): change its permissions or set ${variable} to another.`,
    );
  }
  const free = await freeMegabytes(directory);
  if (free < NEEDED_MB) {
    throw new Refusal(
      `Only ${free} MB are free for ${directory} and ${NEEDED_MB} MB are needed: make room or set ${variable} to a directory on another disk.`,
    );
  }
}

// mkdir with `recursive` never returns below a directory like /proc, which exists and answers ENOENT.
async function makeDirectory(directory: string): Promise<void> {
  if (await exists(directory)) return;
  if (!(await exists(dirname(directory)))) await makeDirectory(dirname(directory));
  await mkdir(directory);
}

export async function prepareDataDirectory(directory: string): Promise<void> {
  await prepareDirectory(directory, 'MICROSHOP_DATA_DIR');
  await refuseForeign(directory);
  await writeFile(join(directory, MARKER), 'Made by npm start; npm run reset empties this directory.\n');
  await mkdir(join(directory, 'logs'), { recursive: true });
}

export async function emptyDataDirectory(directory: string, keep: readonly string[]): Promise<void> {
  await refuseForeign(directory);
  const entries = await readdir(directory);
  // The marker goes last: an interrupted reset can be repeated.
  const order = entries.filter((name) => name !== MARKER && !keep.includes(name));
  for (const name of [...order, MARKER]) await rm(join(directory, name), { recursive: true, force: true, maxRetries: 5 });
}

/** Refuses a directory that holds someone else's files. */
export async function refuseForeign(directory: string): Promise<void> {
  const entries = await readdir(directory);
  const foreign = entries.find((name) => name !== MARKER && !name.startsWith('stack.lock'));
  if (entries.includes(MARKER) || foreign === undefined) return;
  throw new Refusal(
    `The directory ${directory} holds files that are not Microshop's (${foreign}): set MICROSHOP_DATA_DIR to a new or empty one.`,
  );
}

/** The operators' token: the given one, else that of the data directory, made when there is none. */
export async function operatorToken(directory: string, given: string | undefined): Promise<string> {
  return given ?? keptIn(join(directory, 'operator-token'), () => randomBytes(24).toString('base64url'));
}

/** What the file holds, which is for its owner alone; made when there is none. */
export async function keptIn(file: string, make: () => string): Promise<string> {
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (kept !== '') return kept;
  const made = make();
  await writeFile(file, `${made}\n`, { mode: 0o600 });
  return made;
}

/** The log of this start; that of the one before is kept beside it. */
export async function freshLog(directory: string, name: string): Promise<string> {
  const file = join(directory, 'logs', `${name}.log`);
  await mkdir(dirname(file), { recursive: true });
  await rename(file, `${file}.1`).catch(() => {});
  return file;
}
