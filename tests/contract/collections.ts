import { isDeepStrictEqual } from 'node:util';
import { CHASSIS_COLLECTIONS } from '@microshop/chassis/collections';
import type { Collection, Document, IndexSpec } from '@microshop/chassis/store/store';
import type { ServiceName } from '@microshop/contracts';
import { collections as inventory } from '@microshop/inventory-svc/application/collections';
import { collections as loyalty } from '@microshop/loyalty-svc/application/collections';
import { orderCollections } from '@microshop/order-svc/application/collections';

type Validator = { required?: string[]; properties?: Record<string, unknown> };
export type Shape = { validator?: Validator; indexes: IndexSpec[] };
/** What each service's database refuses and finds by index, by service and collection. */
export type Shapes = Record<string, Record<string, Shape>>;

const own: Readonly<Record<ServiceName, readonly Collection<Document>[]>> = {
  'order-svc': orderCollections,
  'inventory-svc': inventory,
  'loyalty-svc': loyalty,
};

const shapeOf = ({ validator, indexes = [] }: Collection<Document>): Shape => ({ ...(validator && { validator }), indexes: [...indexes] });

export const presentShapes: Shapes = Object.fromEntries(
  Object.entries(own).map(([service, collections]) => [
    service,
    Object.fromEntries([...CHASSIS_COLLECTIONS, ...collections].map((collection) => [collection.name, shapeOf(collection)])),
  ]),
);

/**
 * A sentence for each change after which one of two versions could not work on the documents of the other: each installs its own rules when it
 * starts, and refuses an index with other options.
 */
export const collectionBreaks = (released: Shapes, present: Shapes): string[] =>
  Object.entries(released).flatMap(([service, collections]) =>
    Object.entries(collections).flatMap(([name, before]) => {
      const now = present[service]?.[name];
      const faults = now ? [...validatorFaults(before, now), ...indexFaults(before, now)] : ['is gone'];
      return faults.map((fault) => `${service}.${name} ${fault}`);
    }),
  );

function* validatorFaults({ validator: before = {} }: Shape, { validator: now = {} }: Shape): Generator<string> {
  const [required, requires] = [new Set(before.required), new Set(now.required)];
  for (const field of requires.difference(required)) yield `requires ${field}, which the release may not write`;
  for (const field of required.difference(requires))
    yield `does not require ${field} any more, and the release refuses a document without it`;
  for (const [field, rule] of Object.entries(before.properties ?? {}))
    if (!isDeepStrictEqual(rule, now.properties?.[field])) yield `has another rule for ${field}`;
}

function* indexFaults({ indexes: before }: Shape, { indexes: now }: Shape): Generator<string> {
  const same = (index: IndexSpec) => (other: IndexSpec) => isDeepStrictEqual(Object.entries(index.keys), Object.entries(other.keys));
  for (const index of before) {
    const present = now.find(same(index));
    if (present ? !isDeepStrictEqual(index, present) : index.unique)
      yield `has ${present ? 'other options for' : 'lost'} the index ${JSON.stringify(index.keys)}`;
  }
  for (const index of now)
    if (index.unique && !before.some(same(index)))
      yield `has a new unique index ${JSON.stringify(index.keys)}, which what the release writes may break`;
}

/** `node tests/contract/collections.ts` prints what a release keeps. */
if (import.meta.main) process.stdout.write(`${JSON.stringify(presentShapes, null, 2)}\n`);
