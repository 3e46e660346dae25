import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IncomingRecord } from '@microshop/chassis/kafka/broker';
import type { OutboxEvent } from '@microshop/chassis/outbox/outbox';
import type { EventType, Topic } from '@microshop/contracts';
import { goldenMessage } from '@microshop/contracts/golden';
import { MatchersV3, MessageProviderPact, Pact, providerWithMetadata } from '@pact-foundation/pact';
import { afterAll, expect } from 'vitest';
import { NOW } from './member.ts';
import { emittedIn } from './scenes.ts';

/** The committed pacts, `<consumer>-<provider>.json`. */
export const PACTS = fileURLToPath(new URL('../../contracts/pacts', import.meta.url));

export type Expectation<T extends Topic> = {
  consumer: string;
  topic: T;
  type: EventType<T>;
  /** The scene in which the provider emits it; without one any will do. */
  given?: string;
  /** What the consumer reads, with examples: types must be the same, values need not. */
  reads: Record<string, unknown>;
  /** Where the pact is written, with those that are there. */
  directory: string;
};

/** Writes down what a consumer expects of an event, and hands its own code a record that has just that. */
export async function expectEvent<T extends Topic>(
  expectation: Expectation<T>,
  accept: (record: IncomingRecord) => Promise<void>,
): Promise<void> {
  const { consumer, topic, type, given, reads, directory } = expectation;
  const key = String(reads[topic.key] ?? goldenMessage(topic, type)?.[topic.key]);
  const message = new Pact({ consumer, provider: topic.owner, dir: directory, logLevel: 'error' }).addAsynchronousInteraction();
  if (given !== undefined) message.given(given);
  await message
    .expectsToReceive(descriptionOf({ type, topic: topic.name }), (builder) => {
      builder.withJSONContent(MatchersV3.like(reads));
      builder.withMetadata({ topic: topic.name, key: MatchersV3.like(key), ce_type: type, ce_id: MatchersV3.like('an-event') });
    })
    .executeTest(({ contents, metadata }) => accept(recordOf(key, contents.content, metadata)));
}

/** A pact names an event so, and the provider finds it by that. */
const descriptionOf = ({ type, topic }: { type: string; topic: string }): string => `${type} on ${topic}`;

const recordOf = (key: string, content: unknown, metadata: Readonly<Record<string, unknown>>): IncomingRecord => ({
  offset: '0',
  key: Buffer.from(key),
  value: Buffer.from(JSON.stringify(content)),
  headers: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, Buffer.from(String(value))])),
  appendedAt: NOW,
});

/** The golden message of an event, with other values or (undefined) without some, as a broker delivers it. */
export function goldenRecord(topic: Topic, type: string, changes: Record<string, unknown>): IncomingRecord {
  const value = { ...goldenMessage(topic, type), ...changes };
  return recordOf(String(value[topic.key]), value, { ce_type: type, ce_id: `before-${type}` });
}

/** A folder for the pacts that a test writes, until the file's tests are over. */
export function temporaryPacts(): string {
  const directory = mkdtempSync(join(tmpdir(), 'microshop-pacts-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** The pacts that were written are those that are committed; `npm run test:contract -- -u` commits what was written instead. */
export async function expectCommitted(directory: string): Promise<void> {
  const written = pactsIn(directory);
  expect(written.length).toBeGreaterThan(0);
  for (const pact of written) await expect(readFileSync(pact, 'utf8')).toMatchFileSnapshot(join(PACTS, basename(pact)));
}

/** The pacts that a folder has. */
export const pactsIn = (directory: string): string[] =>
  readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .map((file) => join(directory, file));

type Interaction = { description: string; providerStates?: { name: string }[] };
type PactFile = { consumer: { name: string }; provider: { name: string }; interactions: Interaction[] };

/** Compares each message of the pact with what its provider's code emits; what is not kept, in sentences. */
export async function brokenPromises(pact: string): Promise<string[]> {
  const { consumer, provider, interactions } = JSON.parse(readFileSync(pact, 'utf8')) as PactFile;
  const emitted = await Promise.all(interactions.map((interaction) => emittedFor(interaction, provider.name)));
  const missing = interactions.filter((_, index) => !emitted[index]);
  if (missing.length > 0)
    return missing.map(({ description, providerStates: [state] = [] }) => {
      const when = state ? ` when ${state.name}` : '';
      return `${consumer.name} expects ${description}, which ${provider.name} does not tell${when}.`;
    });
  const messageProviders = Object.fromEntries(
    interactions.map(({ description }) => [
      description,
      async (asked: Interaction) => {
        const event = await emittedFor(asked, provider.name);
        return event && providerWithMetadata(async () => JSON.parse(String(event.payload)), metadataOf(event))(asked);
      },
    ]),
  );
  const verification = new MessageProviderPact({ provider: provider.name, pactUrls: [pact], messageProviders, logLevel: 'error' });
  return verification.verify().then(() => [], faultsOf);
}

async function emittedFor({ description, providerStates }: Interaction, provider: string): Promise<OutboxEvent | undefined> {
  const events = await emittedIn(providerStates?.[0]?.name);
  return events.find((event) => descriptionOf(event) === description && event.headers.ce_source === `/microshop/${provider}`);
}

const metadataOf = ({ topic, key, headers }: OutboxEvent): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
  topic,
  key: String(key),
});

type Failure = { errors?: { interaction: string; mismatch: { message?: string; mismatches?: { path?: string; mismatch: string }[] } }[] };

function faultsOf(error: unknown): string[] {
  const { errors = [] } = JSON.parse((error as Error).message) as Failure;
  return errors.flatMap(({ interaction, mismatch: { message = 'could not be verified', mismatches } }) =>
    (mismatches ?? [{ mismatch: message }]).map(
      ({ path = '', mismatch }) => `${interaction.replace('Verifying a pact between ', '')}: ${path} ${mismatch}`,
    ),
  );
}
