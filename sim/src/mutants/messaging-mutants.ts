import type { Mutation } from '../mutation.ts';

/** The offset counts as handled before the transaction; what fails then does not come again. */
export const offsetFirst: Mutation = {
  broker: (broker) => ({
    ...broker,
    consume: ({ onBatch, ...options }) =>
      broker.consume({
        ...options,
        async onBatch(batch, control) {
          control.handled(batch.records.at(-1)?.offset ?? '0');
          void onBatch(batch, control).catch(() => undefined);
        },
      }),
  }),
};

/** A handler's failure is noted, and the record counts as handled. */
export const failureSwallowed: Mutation = {
  transact: (transact) => (work, cause) => transact(work, cause).catch(() => [] as never),
};

/** Documents are marked as published before the broker has answered. */
export const markedBeforeAck: Mutation = {
  outbox: (outbox) => ({
    ...outbox,
    async pending(limit, known) {
      const documents = await outbox.pending(limit, known);
      if (documents.length > 0)
        await outbox.markPublished(
          documents.map(({ _id }) => _id),
          Number.MAX_SAFE_INTEGER,
          new Date(0),
        );
      return documents;
    },
  }),
};

/** The answer of a send is not awaited. */
export const sendNotAwaited: Mutation = {
  broker: (broker) => ({
    ...broker,
    async send(records) {
      void broker.send(records).catch(() => undefined);
    },
  }),
};

/** The relay takes events as their ids come, which is as the clocks of the instances were. */
export const orderOfIds: Mutation = {
  outbox: (outbox) => ({
    ...outbox,
    pending: async (limit, known) =>
      (await outbox.pending(limit, known)).map((document) => ({
        ...document,
        events: document.events.map((event) => ({ ...event, version: 1 })),
      })),
  }),
};

/** A dead letter's record is dropped on its way: the letter is there, its topic knows nothing. */
export const deadLetterNotSent: Mutation = {
  transact: (transact) => (work, cause) => transact((tx) => work({ ...tx, publishRaw: () => undefined }), cause),
};

/** What fails is dropped instead of buried. */
export const poisonDropped: Mutation = {
  transact: (transact) => (work, cause) =>
    transact(
      (tx) =>
        work({ ...tx, put: (collection, document) => (collection.name === 'deadLetters' ? undefined : tx.put(collection, document)) }),
      cause,
    ),
};
