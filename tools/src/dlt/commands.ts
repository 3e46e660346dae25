import { systemClock } from '@microshop/chassis/clock';
import { isSettled } from '@microshop/chassis/consumer/dead-letter';
import type { MongoAddress } from '../running-stack.ts';
import { actionsOf, operator } from './actions.ts';
import { dryRun } from './dry-run.ts';
import { DltFailure } from './failure.ts';
import { groupLetters, linesOfGroups, linesOfLetters, plainOf } from './groups.ts';
import { findLetters, type LetterHead, letterNamed, lettersById, lettersOf, queuesOf, typeOf } from './letters.ts';
import { type Command, parseCommand, type Target, USAGE } from './options.ts';
import type { Plan, Skipped } from './plan.ts';
import { planFor } from './plan-for.ts';
import { countsOf, createProgress, type Terminal } from './progress.ts';
import { createReplayer, type Replay, type Replayed } from './replayer.ts';
import { isDone, runPlan } from './run-plan.ts';
import { discard, setAside } from './settle.ts';
import { openShop, type Shop } from './shop.ts';
import { linesOfShown, plainOfShown } from './show.ts';
import { plural, printable } from './words.ts';

export type Io = {
  env: NodeJS.ProcessEnv;
  mongodb(): MongoAddress;
  out: Terminal;
  /** Asks for a yes; undefined: there is nobody to ask. */
  confirm?: (question: string) => Promise<boolean>;
  stopping: AbortSignal;
};

export const INTERRUPTED = 130;

type Of<Name extends Command['name']> = Extract<Command, { name: Name }>;

/** Runs one command; answers its exit code. Fails with a DltFailure when nothing was done. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const command = parseCommand(args, systemClock.now());
  if (command.name === 'help') return say(io, [USAGE]);
  const shop = await openShop(io.mongodb());
  try {
    return await carryOut(command, shop, io);
  } finally {
    await shop.close();
  }
}

function carryOut(command: Exclude<Command, { name: 'help' }>, shop: Shop, io: Io): Promise<number> {
  switch (command.name) {
    case 'list':
      return list(command, shop, io);
    case 'show':
      return show(command, shop, io);
    case 'replay':
      return replay(command, shop, io);
    case 'discard':
      return discardAll(command, shop, io);
    case 'park':
    case 'unpark':
      return park(command, shop, io);
    default:
      return command satisfies never;
  }
}

function say({ out }: Io, lines: Iterable<string>): number {
  for (const line of lines) out.write(`${line}\n`);
  return 0;
}

async function list({ filter, each, json }: Of<'list'>, shop: Shop, io: Io): Promise<number> {
  const letters = await findLetters(shop, filter);
  if (json)
    return say(
      io,
      (each ? letters.map(plainOf) : groupLetters(letters)).map((one) => JSON.stringify(one)),
    );
  return say(io, each ? linesOfLetters(letters) : linesOfGroups(groupLetters(letters)));
}

async function show({ id, json }: Of<'show'>, shop: Shop, io: Io): Promise<number> {
  const letter = await letterNamed(shop, id);
  const queue = (await queuesOf(shop, [letter])).get(letter.parkedUnder ?? '') ?? [];
  const waiting = Map.groupBy(await lettersById(shop, queue), ({ _id }) => _id);
  const shown = {
    letter,
    queue: queue.flatMap((each) => waiting.get(each) ?? []),
    actions: await actionsOf(shop.placeOf(letter.group), letter._id),
  };
  return say(io, json ? [JSON.stringify(plainOfShown(shown))] : linesOfShown(shown));
}

async function replay(command: Of<'replay'>, shop: Shop, io: Io): Promise<number> {
  const { target, one, max } = command;
  const plan = await planFor(shop, await lettersOf(shop, target), { named: 'id' in target, one, max });
  const letters = plan.chains.flat();
  for (const { letter, because } of plan.skipped) io.out.write(`${nameOf(letter)}: ${printable(because)}\n`);
  if (letters.length === 0 && plan.skipped.length === 0) return say(io, ['No dead letters.']);
  if (command.dryRun) return sayWhatWouldBe(plan, shop, io);
  const progress = createProgress(io.out, letters.length);
  const replayers = new Map<string, Replay>();
  const replayOf = (group: string) =>
    replayers.getOrInsertComputed(group, () => createReplayer(shop.placeOf(group), { by: operator(), timeoutMs: command.timeoutMs }));
  let done = 0;
  const told = (letter: LetterHead, replayed: Replayed) => {
    if (isDone(replayed)) done++;
    progress.step(ends[replayed.result], `${nameOf(letter)}: ${wordsOf(replayed)}`, !isDone(replayed));
  };
  try {
    await runPlan(plan.chains, replayOf, told, io.stopping);
  } finally {
    progress.end();
  }
  if (letters.length > 0) io.out.write(`${plural(letters.length, 'letter')}: ${countsOf(progress.counts) || 'none was sent'}\n`);
  await sayWhatCameMeanwhile(letters, plan, shop, io);
  if (io.stopping.aborted && done < letters.length) {
    io.out.write('Stopped: what was sent is handled by the service; run it again to go on.\n');
    return INTERRUPTED;
  }
  return done < letters.length || plan.skipped.some(({ kind }) => kind === 'waits') ? 1 : 0;
}

async function sayWhatWouldBe({ chains, skipped }: Plan, shop: Shop, io: Io): Promise<number> {
  const counts = new Map<string, number>();
  for await (const { letter, result, words } of dryRun(shop, chains, io.env)) {
    if (io.stopping.aborted) return INTERRUPTED;
    const end = result === 'dead' ? 'would fail again' : result === 'parked' ? 'would wait' : 'would be done with';
    counts.set(end, (counts.get(end) ?? 0) + 1);
    io.out.write(`${nameOf(letter)}: ${printable(words)}\n`);
  }
  const more = skipped.length > 0 ? `, ${skipped.length} left out` : '';
  return say(io, [`Dry run, nothing was done: ${countsOf(counts) || 'no letter to replay'}${more}`]);
}

/** The set is frozen: what came to wait behind it meanwhile is not in it. */
async function sayWhatCameMeanwhile(letters: readonly LetterHead[], { skipped }: Plan, shop: Shop, io: Io): Promise<void> {
  const known = new Set([...letters, ...skipped.map(({ letter }: Skipped) => letter)].map(({ _id }) => _id));
  const heads = [...(await queuesOf(shop, letters)).values()].filter(([first]) => first !== undefined && !known.has(first));
  if (heads.length > 0) io.out.write(`Still waiting: ${plural(heads.flat().length, 'letter')}. Run it again for them.\n`);
}

const ends: Record<Replayed['result'], string> = {
  replayed: 'replayed',
  discarded: 'discarded',
  failed: 'failed again',
  withdrawn: 'taken back',
  waits: 'not sent',
  silent: 'unanswered',
  stopped: 'under way',
};

const wordsOf = (replayed: Replayed): string => printable('because' in replayed ? saying(replayed) : ends[replayed.result]);
const saying = ({ result, because }: Extract<Replayed, { because: string }>): string =>
  result === 'failed' || result === 'withdrawn' ? `${ends[result]}, ${because}` : because;

const nameOf = (letter: LetterHead): string =>
  printable(`${letter._id}  ${typeOf(letter)}${letter.orderId === undefined ? '' : ` of order ${letter.orderId}`}`);

async function discardAll({ target, reason, yes }: Of<'discard'>, shop: Shop, io: Io): Promise<number> {
  const found = await lettersOf(shop, target);
  const letters = found.filter((letter) => !isSettled(letter));
  for (const letter of found) if (isSettled(letter)) io.out.write(`${nameOf(letter)}: is ${letter.status} already\n`);
  if (letters.length === 0) return say(io, found.length === 0 ? ['No dead letters.'] : []);
  if (!yes) await requireYes(letters, target, io);
  const by = operator();
  let done = 0;
  for (const letter of letters) {
    if (io.stopping.aborted) return INTERRUPTED;
    if (await discard(shop.placeOf(letter.group), letter._id, { by, reason })) done++;
    io.out.write(`${nameOf(letter)}: discarded\n`);
  }
  const waiting = [...(await queuesOf(shop, letters)).values()].flat().length;
  const next = waiting > 0 ? `; ${plural(waiting, 'letter')} that waited behind can be replayed` : '';
  return say(io, [`${plural(done, 'letter')} discarded${next}`]);
}

async function requireYes(letters: readonly LetterHead[], target: Target, { out, confirm }: Io): Promise<void> {
  const what = 'id' in target ? target.id : plural(letters.length, 'letter');
  if (!confirm) throw new DltFailure(`${what} would be discarded for good: say so with --yes.`);
  for (const line of 'id' in target ? [] : linesOfGroups(groupLetters(letters))) out.write(`${line}\n`);
  if (!(await confirm(`Discard ${what} for good?`))) throw new DltFailure('Nothing was discarded.');
}

async function park(command: Of<'park'> | Of<'unpark'>, shop: Shop, io: Io): Promise<number> {
  const letter = await letterNamed(shop, command.id);
  const isParking = command.name === 'park';
  const done = await setAside(shop.placeOf(letter.group), letter._id, operator(), isParking ? command.note : undefined);
  if (done) return say(io, [`${nameOf(letter)}: ${isParking ? 'put aside until it is named' : 'not aside any more'}`]);
  throw new DltFailure(`${letter._id} is ${isSettled(letter) ? `${letter.status} already` : 'not aside'}: nothing was changed.`);
}
