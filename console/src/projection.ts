import { parseArgs } from 'node:util';
import { loadConfig } from '@microshop/chassis/config';
import { createLogger } from '@microshop/chassis/logger';
import { runningStack } from '@microshop/tools/running-stack';
import { ConsoleConfig } from './config.ts';
import { connect } from './connections.ts';
import { digestOf } from './persistence/digest.ts';
import { projectionOf } from './projection/collections.ts';
import { rebuild } from './projection/rebuild.ts';

const USAGE = `Usage: npm run projection -- rebuild | digest

  rebuild   makes the console's documents anew from the oldest offsets, beside the present ones; a running console goes over to them by itself
  digest    one SHA-256 of the documents that are shown

Exit codes: 0 done, 1 it could not be done, 2 bad usage, 130 stopped by Ctrl-C (the present documents stay).`;

/** `npm run projection`: what the console shows of orders and stock can be thrown away at any time. */
async function main(): Promise<number> {
  const command = commandOf(process.argv.slice(2));
  if (!command) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const { brokers, mongodbUrl } = runningStack(process.env);
  const config = loadConfig(ConsoleConfig, {
    ...process.env,
    NODE_ENV: 'development',
    KAFKA_BROKERS: brokers.join(','),
    MONGODB_URL: mongodbUrl,
    MONGODB_URL_FILE: undefined,
  });
  const connections = connect(config, createLogger({ name: 'projection', level: 'silent' }), fail);
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  try {
    await connections.connectDatabase();
    if (command === 'digest') return await digest(connections);
    const done = await rebuild(connections, { onProgress: show, signal: stopping.signal });
    if (done === undefined) return 130;
    process.stdout.write(`\nGeneration ${done} is whole and shown from now on.\n`);
    return await digest(connections);
  } finally {
    await connections.close();
  }
}

function commandOf(args: string[]): 'rebuild' | 'digest' | undefined {
  try {
    const { positionals } = parseArgs({ args, allowPositionals: true });
    const [command] = positionals;
    return positionals.length === 1 && (command === 'rebuild' || command === 'digest') ? command : undefined;
  } catch {
    return undefined;
  }
}

async function digest({ db, generations }: Pick<ReturnType<typeof connect>, 'db' | 'generations'>): Promise<number> {
  const { current } = await generations.read();
  process.stdout.write(`generation ${current}  sha256 ${await digestOf(db, projectionOf(current))}\n`);
  return 0;
}

let shownPercent = -1;

function show(progress: number): void {
  const percent = Math.floor(progress * 100);
  if (percent === shownPercent) return;
  shownPercent = percent;
  process.stdout.write(process.stdout.isTTY ? `\rreading the topics … ${percent} %` : `reading the topics: ${percent} %\n`);
}

function fail(error: Error): void {
  process.stderr.write(`projection: ${error.message}\n`);
  process.exit(1);
}

try {
  process.exit(await main());
} catch (error) {
  fail(error as Error);
}
