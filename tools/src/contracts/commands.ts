import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { AsyncApi } from '@microshop/contracts/asyncapi';
import { ToolFailure } from '../failure.ts';
import { asyncApiFaults } from './asyncapi-faults.ts';
import { type Documents, goldenFaults } from './documents.ts';
import { pageOf } from './page.ts';
import { samplesOf } from './sample.ts';
import { breaksOf, indented, newRelease, readSnapshots, writeSnapshot } from './snapshots.ts';

export const USAGE = `Usage: npm run contracts -- COMMAND

  check               everything: documents valid and up to date, golden messages fit, no release is broken, pacts are kept
  diff                what breaks whom, compared with every released snapshot
  docs [--check]      writes contracts/asyncapi.json and its page; --check only says when they are stale
  sample [TOPIC/]EVENT  an event as it is on the topic, headers and all, as JSON
  release VERSION     keeps the contracts of now as a released snapshot, which nothing may break from then on

Exit codes: 0 all is well, 1 a contract is broken or stale, 2 bad usage.`;

export type Io = {
  out: Pick<Writable, 'write'>;
  /** The folder contracts/. */
  directory: string;
  asyncapi: AsyncApi;
  apis(): Promise<Documents['http']>;
  /** Runs the tests of the pacts; whether all passed. */
  pactsHold(): Promise<boolean>;
};

/** Runs a command; its exit code. Fails with one sentence when the arguments are wrong, before anything is done. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || args.includes('--help') || args.includes('-h')) return say(io, USAGE);
  switch (name) {
    case 'check':
      none(name, rest);
      return check(io);
    case 'diff':
      none(name, rest);
      return report(io, await breaks(io, await present(io)));
    case 'docs':
      if (rest[0] !== '--check') none(name, rest);
      return rest.length > 0 ? report(io, await staleSentences(io)) : writeDocs(io);
    case 'sample':
      return say(
        io,
        samplesOf(one(name, 'the name of an event', rest))
          .map(indented)
          .join('\n'),
      );
    case 'release':
      return release(io, newRelease(snapshotsOf(io), one(name, 'a version', rest)));
    default:
      throw new ToolFailure(`There is no command ${name}: give check, diff, docs, sample or release (npm run contracts -- --help).`);
  }
}

function none(name: string, [given]: readonly string[]): void {
  if (given !== undefined) throw new ToolFailure(`${name} does not take ${given} (npm run contracts -- --help).`);
}

function one(name: string, what: string, [given, ...more]: readonly string[]): string {
  if (given === undefined || more.length > 0) throw new ToolFailure(`${name} takes ${what} and nothing else.`);
  return given;
}

async function check(io: Io): Promise<number> {
  const documents = await present(io);
  const faults = [
    ...(await asyncApiFaults(io.asyncapi)),
    ...goldenFaults(),
    ...(await staleSentences(io)),
    ...(await breaks(io, documents)),
  ];
  const code = report(io, faults);
  return (await io.pactsHold()) ? code : 1;
}

async function writeDocs(io: Io): Promise<number> {
  const stale = await staleFiles(io);
  for (const { file, content } of stale) await writeFile(join(io.directory, file), content);
  return say(
    io,
    stale.length > 0 ? `Written to contracts/: ${stale.map(({ file }) => file).join(', ')}.` : 'The documents are up to date.',
  );
}

async function release(io: Io, name: string): Promise<number> {
  const documents = await present(io);
  const broken = await breaks(io, documents);
  if (broken.length > 0) return report(io, broken);
  await writeSnapshot(snapshotsOf(io), name, documents);
  return say(io, `contracts/snapshots/${name} is written: commit it, and nothing may break it from now on.`);
}

const present = async ({ asyncapi, apis }: Io): Promise<Documents> => ({ asyncapi, http: await apis() });
const snapshotsOf = ({ directory }: Io): string => join(directory, 'snapshots');
const breaks = async (io: Io, documents: Documents): Promise<string[]> => breaksOf(await readSnapshots(snapshotsOf(io)), documents);

async function staleFiles({ directory, asyncapi }: Io): Promise<{ file: string; content: string }[]> {
  const files = [
    { file: 'asyncapi.json', content: `${indented(asyncapi)}\n` },
    { file: 'asyncapi.html', content: pageOf(asyncapi) },
  ];
  const written = await Promise.all(files.map(({ file }) => readFile(join(directory, file), 'utf8').catch(() => '')));
  return files.filter(({ content }, index) => content !== written[index]);
}

const staleSentences = async (io: Io): Promise<string[]> =>
  (await staleFiles(io)).map(({ file }) => `contracts/${file} is stale: run npm run contracts -- docs and commit it.`);

function report(io: Io, faults: readonly string[]): number {
  say(io, faults.length > 0 ? faults.join('\n') : 'The contracts hold.');
  return faults.length > 0 ? 1 : 0;
}

function say({ out }: Io, text: string): 0 {
  out.write(`${text}\n`);
  return 0;
}
