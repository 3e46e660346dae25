import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { findStoreError, type Store, type StoreSession, type Write } from '@microshop/chassis/store/store';
import type { Mutation, Place } from '../mutation.ts';

type Commit = StoreSession['commit'];

/** The store with another commit. */
const committing =
  (
    commit: (real: Commit, writes: readonly Write[], place: Place, begin: Store['begin']) => Promise<void>,
  ): NonNullable<Mutation['store']> =>
  (store, place) => ({
    async begin() {
      const session = await store.begin();
      return { ...session, commit: (writes) => commit(session.commit, writes, place, store.begin) };
    },
  });

/** A duplicate key is taken for a write that was made before. */
export const swallowedDuplicateKey: Mutation = {
  store: committing((commit, writes, { database }) =>
    commit(writes.filter((write) => write.kind !== 'insert' || database.find(write.collection, write.document._id) === undefined)),
  ),
};

/** Whoever does not know whether it is committed hopes so. */
export const unknownIsCommitted: Mutation = {
  store: committing((commit, writes) =>
    commit(writes).catch((error: unknown) => {
      if (findStoreError(error)?.kind !== 'unknown') throw error;
    }),
  ),
};

/** State first, events in a transaction of their own. */
export const outboxApart: Mutation = {
  store: committing(async (commit, writes, _place, begin) => {
    await commit(writes.filter(({ collection }) => collection.name !== outboxCollection.name));
    const session = await begin();
    await session.commit(writes.filter(({ collection }) => collection.name === outboxCollection.name));
  }),
};

/** A conflict is overcome by writing again what was decided before. */
export const conflictForced: Mutation = {
  store: committing((commit, writes, { database }) =>
    commit(writes).catch((error: unknown) => {
      if (findStoreError(error)?.kind !== 'conflict') throw error;
      database.commit(
        writes.map((write) => (write.kind === 'insert' ? { ...write, kind: 'replace' as const } : write)),
        database.moment,
      );
    }),
  ),
};
