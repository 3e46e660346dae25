import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { createConsumerHarness } from '../testing/consumer-harness.ts';
import { createFakeTracing } from '../testing/fake-tracing.ts';
import { watchCommands } from './traced-commands.ts';
import { traceTransactions } from './traced-transactions.ts';

/** Tells of commands as the driver does, which has its waiting callers take turns. */
function playedClient() {
  const client = new EventEmitter() as EventEmitter & Pick<MongoClient, 'options'>;
  Object.assign(client, { options: {} });
  let last = 0;
  async function send(commandName: string, collection: string | number, failure?: Error): Promise<void> {
    await turn();
    const requestId = ++last;
    client.emit('commandStarted', {
      requestId,
      commandName,
      databaseName: 'a_svc',
      command: { [commandName]: collection, filter: { email: 'ada@' } },
    });
    await turn();
    client.emit(failure ? 'commandFailed' : 'commandSucceeded', { requestId, failure });
  }
  return { client: client as unknown as MongoClient, send };
}

const causeOf = (digit: string) => ({ traceparent: `00-${digit.repeat(32)}-${digit.repeat(16)}-01` });

function setUp() {
  const { client, send } = playedClient();
  watchCommands(client);
  const tracing = createFakeTracing();
  return { client, send, tracing, run: traceTransactions(createConsumerHarness().transact, tracing) };
}

test('the commands of a transaction are spans below its own, though others send at the same time', async () => {
  const { client, send, tracing, run } = setUp();
  expect(client.options.monitorCommands).toBe(true);
  const buy = (digit: string) =>
    run(async () => {
      await send('find', `products-${digit}`);
      await send('commitTransaction', 1);
    }, causeOf(digit));
  await Promise.all([buy('a'), send('find', 'outbox'), buy('b')]);

  const of = (digit: string) => tracing.ended().filter(({ parent }) => parent?.traceparent.includes(digit.repeat(32)));
  for (const digit of ['a', 'b']) {
    const [transaction, ...commands] = of(digit);
    expect([transaction?.name, ...commands.map(({ name }) => name)]).toEqual([
      'transaction',
      `find products-${digit}`,
      'commitTransaction',
    ]);
    for (const { parent, kind } of commands) expect([parent?.traceparent, kind]).toEqual([transaction?.traceparent, 'client']);
  }
  expect(tracing.spans).toHaveLength(6);
  expect(JSON.stringify(tracing.spans)).not.toContain('ada@');
});

test('what a transaction leaves running for others is not its own', async () => {
  const { send, tracing, run } = setUp();
  let later: Promise<void> | undefined;
  await run(async () => {
    later = turn().then(() => send('find', 'leases'));
  }, causeOf('a'));
  await later;
  expect(tracing.ended().map(({ name }) => name)).toEqual(['transaction']);
});

test('a command that fails says so, once', async () => {
  const { send, tracing, run } = setUp();
  const failure = new Error('no');
  await run(() => send('insert', 'orders', failure), causeOf('a'));
  expect(tracing.ended().map(({ name, outcome }) => [name, outcome?.error])).toEqual([
    ['transaction', undefined],
    ['insert orders', failure],
  ]);
});
