import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { AsyncApi } from '@microshop/contracts/asyncapi';
import { ToolFailure } from '../failure.ts';
import { asyncApiFaults } from './asyncapi-faults.ts';
import { type Documents, goldenFaults } from './documents.ts';
import { pageOf } from './page.ts';
import { samplesOf } from './sample.ts';
import { asText, breaksOf, newRelease, readSnapshots, writeSnapshot } from './snapshots.ts';

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
  present(): Promise<Documents>;
  /** Runs the pacts' tests; whether all passed. */
  pactsHold(): Promise<boolean>;
};

/** Runs a command; its exit code. Fails with one sentence when the arguments are wrong, before anything is done. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || args.includes('--help') || args.includes('-h')) return say(io, USAGE);
  switch (name) {
    case 'check':
      return none(name, rest, () => check(io));
    case 'diff':
      return none(name, rest, async () => report(io, await diff(io, await io.present())));
    case 'docs':
      if (rest.length > 1 || (rest.length === 1 && rest[0] !== '--check'))
        throw new ToolFailure(`docs takes --check or nothing, not ${rest[0]}.`);
      return docs(io, (await io.present()).asyncapi, rest.length === 1);
    case 'sample':
      return say(
        io,
        samplesOf(one(name, 'the name of an event', rest))
          .map((sample) => JSON.stringify(sample, null, 2))
          .join('\n'),
      );
    case 'release':
      return release(io, newRelease(snapshotsOf(io), one(name, 'a version', rest)));
    default:
      throw new ToolFailure(`There is no command ${name}: give check, diff, docs, sample or release (npm run contracts -- --help).`);
  }
}

function none(name: string, rest: readonly string[], command: () => Promise<number>): Promise<number> {
  if (rest.length > 0) throw new ToolFailure(`${name} takes nothing more, not ${rest[0]}.`);
  return command();
}

function one(name: string, what: string, [given, ...more]: readonly string[]): string {
  if (given === undefined || more.length > 0) throw new ToolFailure(`${name} takes ${what} and nothing else.`);
  return given;
}

const snapshotsOf = ({ directory }: Io): string => join(directory, 'snapshots');
const diff = async (io: Io, present: Documents): Promise<string[]> => breaksOf(await readSnapshots(snapshotsOf(io)), present);

async function check(io: Io): Promise<number> {
  const present = await io.present();
  const faults = [
    ...(await asyncApiFaults(present.asyncapi)),
    ...goldenFaults(),
    ...(await staleFiles(io, present.asyncapi)).map((file) => `contracts/${file} is stale: run npm run contracts -- docs and commit it.`),
    ...(await diff(io, present)),
  ];
  const found = report(io, faults);
  return (await io.pactsHold()) ? found : 1;
}

async function docs(io: Io, document: AsyncApi, onlyCheck: boolean): Promise<number> {
  const stale = await staleFiles(io, document);
  if (onlyCheck)
    return report(
      io,
      stale.map((file) => `contracts/${file} is stale: run npm run contracts -- docs and commit it.`),
    );
  for (const [file, content] of filesOf(document)) if (stale.includes(file)) await writeFile(join(io.directory, file), content);
  return say(io, stale.length > 0 ? `${stale.join(' and ')} written to contracts/.` : 'The documents are up to date.');
}

const filesOf = (document: AsyncApi) =>
  [
    ['asyncapi.json', asText(document)],
    ['asyncapi.html', pageOf(document)],
  ] as const;

async function staleFiles({ directory }: Io, document: AsyncApi): Promise<string[]> {
  const present = filesOf(document).map(async ([file, content]) => {
    const written = await readFile(join(directory, file), 'utf8').catch(() => '');
    return written === content ? [] : [file];
  });
  return (await Promise.all(present)).flat();
}

async function release(io: Io, name: string): Promise<number> {
  const present = await io.present();
  const breaks = await diff(io, present);
  if (breaks.length > 0) return report(io, breaks);
  await writeSnapshot(snapshotsOf(io), name, present);
  return say(io, `contracts/snapshots/${name} written: commit it, and nothing may break it from now on.`);
}

function report(io: Io, faults: readonly string[]): number {
  say(io, faults.length > 0 ? faults.join('\n') : 'The contracts hold: nothing breaks what was released.');
  return faults.length > 0 ? 1 : 0;
}

function say({ out }: Io, text: string): 0 {
  out.write(`${text}\n`);
  return 0;
}
