import { defineTopic, type ServiceName } from '@microshop/contracts';
import { subscribe } from '../consumer/subscription.ts';
import type { ServiceDefinition } from '../service.ts';
import { silent, type Tally, tallies, tallyCollection } from './events.ts';
import { unique } from './int.ts';

export type TallyServiceOptions = { kafkaBrokers: readonly string[]; mongodbUrl: string } & Partial<ServiceDefinition>;

/** A service of a made-up contract: `POST /count/:tallyId` publishes, its own consumer counts. */
export function defineTallyService({ kafkaBrokers, mongodbUrl, ...overrides }: TallyServiceOptions) {
  const name = unique('tally-svc') as ServiceName;
  const topic = defineTopic({ ...tallies, name: unique('tallies'), owner: name, consumers: [name] });
  const definition: ServiceDefinition = {
    name,
    version: '0.0.1',
    description: 'Counts.',
    port: 0,
    config: { HOST: '127.0.0.1', KAFKA_BROKERS: kafkaBrokers.join(','), MONGODB_URL: mongodbUrl },
    logger: silent,
    topics: [topic],
    collections: [tallyCollection],
    build: ({ transact, db }) => ({
      subscriptions: [
        subscribe(topic, {
          CountedUp: {
            async handle({ data: { tallyId, by } }, tx) {
              const count = ((await tx.get(tallyCollection, tallyId))?.count ?? 0) + by;
              tx.put(tallyCollection, { _id: tallyId, count });
            },
          },
        }),
      ],
      routes(app) {
        app.post<{ Params: { tallyId: string } }>('/count/:tallyId', async ({ params: { tallyId } }) => {
          await transact(async (tx) => tx.publish(topic, 'CountedUp', { tallyId, by: 1 }, { type: 'tally', id: tallyId, version: 1 }));
          return { counted: true };
        });
        app.get<{ Params: { tallyId: string } }>('/count/:tallyId', async ({ params: { tallyId } }) => ({
          count: (await db.collection<Tally>(tallyCollection.name).findOne({ _id: tallyId }))?.count ?? 0,
        }));
      },
    }),
    ...overrides,
  };
  return { name, topic, definition };
}
