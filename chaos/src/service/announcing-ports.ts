import type { BatchControl, ConsumeOptions, OutgoingRecord } from '@microshop/chassis/kafka/broker';
import type { Ports } from '@microshop/chassis/service';
import type { Document, Store, StoreSession, Write } from '@microshop/chassis/store/store';

/** A step that a service takes through one of its ports, and what it takes there. */
export type Step =
  | { at: 'read done'; collection: string; documents: readonly Document[] }
  | { at: 'commit begins' | 'commit done'; writes: readonly Write[] }
  | { at: 'send begins' | 'send half done' | 'send done'; records: readonly OutgoingRecord[] }
  | { at: 'marking begins' | 'marking done' }
  | { at: 'lease taken' }
  | { at: 'batch received' | 'records handled' | 'batch done'; topic: string };

type Pass = (step: Step) => Promise<void>;

/** Is told each step before it goes on; it never does where `pass` does not return. */
export type Watcher = { pass: Pass; awaits(at: Step['at']): boolean };

/** Announces each step at the ports to a watcher. */
export const announcing =
  ({ pass, awaits }: Watcher) =>
  ({ store, broker, outbox, leases }: Ports): Ports => ({
    store: announcingStore(store, pass),
    broker: {
      ...broker,
      async send(records) {
        await pass({ at: 'send begins', records });
        if (awaits('send half done') && records.length > 1) await sendInHalves(records, broker.send, pass);
        else await broker.send(records);
        await pass({ at: 'send done', records });
      },
      consume: (options) => broker.consume(announcingBatches(options, pass)),
    },
    outbox: {
      ...outbox,
      async markPublished(...args) {
        await pass({ at: 'marking begins' });
        await outbox.markPublished(...args);
        await pass({ at: 'marking done' });
      },
    },
    leases: {
      ...leases,
      async acquire(...args) {
        const token = await leases.acquire(...args);
        if (token !== undefined) await pass({ at: 'lease taken' });
        return token;
      },
    },
  });

const announcingStore = (store: Store, pass: Pass): Store => ({
  async begin() {
    const session = await store.begin();
    return {
      ...session,
      async read(collection, ids) {
        const documents = await session.read(collection, ids);
        await pass({ at: 'read done', collection: collection.name, documents });
        return documents;
      },
      async commit(writes) {
        await pass({ at: 'commit begins', writes });
        await session.commit(writes);
        await pass({ at: 'commit done', writes });
      },
    } satisfies StoreSession;
  },
});

async function sendInHalves(
  records: readonly OutgoingRecord[],
  send: (records: readonly OutgoingRecord[]) => Promise<void>,
  pass: Pass,
): Promise<void> {
  const half = Math.ceil(records.length / 2);
  await send(records.slice(0, half));
  await pass({ at: 'send half done', records });
  await send(records.slice(half));
}

const announcingBatches = ({ onBatch, ...options }: ConsumeOptions, pass: Pass): ConsumeOptions => ({
  ...options,
  async onBatch(batch, control) {
    const { topic } = batch;
    await pass({ at: 'batch received', topic });
    let announced = Promise.resolve();
    const handled: BatchControl['handled'] = (offset) => {
      control.handled(offset);
      announced = pass({ at: 'records handled', topic });
    };
    await onBatch(batch, { ...control, handled });
    await announced;
    await pass({ at: 'batch done', topic });
  },
});
