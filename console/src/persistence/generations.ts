import { refused } from '@microshop/chassis/errors';
import { ensureCollections } from '@microshop/chassis/mongo/ensure-collections';
import type { Db } from 'mongodb';
import { collectionsOf, projectionOf } from '../projection/collections.ts';

/** Which generation of documents is shown, and whether the next one is being made. */
export type ProjectionState = {
  current: number;
  builtAt: Date | undefined;
  building: { generation: number; progress: number } | undefined;
};

type StateDocument = {
  _id: 'projection';
  current: number;
  last: number;
  builtAt?: Date;
  building?: { generation: number; progress: number; beatAt: Date };
};

export type Generations = {
  read(): Promise<ProjectionState>;
  prepare(generation: number): Promise<void>;
  /** Claims the next generation. Refused while another rebuild gives signs of life. */
  begin(): Promise<number>;
  progress(generation: number, progress: number): Promise<void>;
  /** From now on this one is shown. */
  finish(generation: number): Promise<void>;
  abandon(generation: number): Promise<void>;
  /** Removes what came before the generation that is shown, and what a rebuild that died has left. */
  removeOld(): Promise<number[]>;
};

/** A rebuild beats at least once a second. */
const SILENT_MS = 15_000;

export function createGenerations(db: Db): Generations {
  const states = db.collection<StateDocument>('projections');
  const _id = 'projection' as const;
  const isAlive = ({ building }: Pick<StateDocument, 'building'>) =>
    building !== undefined && Date.now() - building.beatAt.getTime() < SILENT_MS;

  async function state(): Promise<StateDocument> {
    const found = await states.findOneAndUpdate(
      { _id },
      { $setOnInsert: { current: 1, last: 1 } },
      { upsert: true, returnDocument: 'after' },
    );
    return found as StateDocument;
  }

  const update = async (generation: number, change: Parameters<typeof states.updateOne>[1]) => {
    await states.updateOne({ _id, 'building.generation': generation }, change);
  };

  return {
    async read() {
      const seen = await state();
      return { current: seen.current, builtAt: seen.builtAt, building: isAlive(seen) ? seen.building : undefined };
    },
    prepare: (generation) => ensureCollections(db, collectionsOf(projectionOf(generation))),
    async begin() {
      await state();
      const silent = { $or: [{ building: { $exists: false } }, { 'building.beatAt': { $lt: new Date(Date.now() - SILENT_MS) } }] };
      const next = { $add: ['$last', 1] };
      const claimed = await states.findOneAndUpdate(
        { _id, ...silent },
        [{ $set: { last: next, building: { generation: next, progress: 0, beatAt: '$$NOW' } } }],
        { returnDocument: 'after' },
      );
      if (!claimed) throw refused(409, 'rebuild_running', 'A rebuild is under way already: wait for its end.');
      return claimed.last;
    },
    progress: (generation, progress) => update(generation, { $set: { 'building.progress': progress, 'building.beatAt': new Date() } }),
    finish: (generation) => update(generation, { $set: { current: generation, builtAt: new Date() }, $unset: { building: 1 } }),
    abandon: (generation) => update(generation, { $unset: { building: 1 } }),
    async removeOld() {
      const present = await state();
      const kept = new Set([present.current, ...(isAlive(present) ? [present.building?.generation] : [])]);
      const collections = await db.listCollections({}, { nameOnly: true }).toArray();
      const old = collections.flatMap(({ name }) => {
        const generation = Number(/^(?:orders|entries|stock|levels|customers|movements)_(\d+)$/.exec(name)?.[1] ?? Number.NaN);
        return Number.isNaN(generation) || kept.has(generation) ? [] : [{ name, generation }];
      });
      for (const { name } of old) await db.dropCollection(name);
      return [...new Set(old.map(({ generation }) => generation))];
    },
  };
}
