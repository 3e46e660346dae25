import { collection, type Write } from '@microshop/chassis/store/store';
import { expect, test } from 'vitest';
import { createDatabase } from './database.ts';

type Mug = { _id: string; count: number };
const mugs = collection<Mug>('mugs');
const put = (kind: 'insert' | 'replace', count: number): Write[] => [{ kind, collection: mugs, document: { _id: 'a', count } as Mug }];
const create = () =>
  createDatabase(
    () => undefined,
    () => undefined,
  );

test('of two transactions that write one document the first to commit wins', () => {
  const database = create();
  database.commit(put('insert', 1), database.moment);
  const both = database.moment;
  database.commit(put('replace', 2), both);

  expect(() => database.commit(put('replace', 3), both)).toThrow('written meanwhile');
  expect(database.find(mugs, 'a')).toEqual({ _id: 'a', count: 2 });
});

test('an id that is there can not be inserted', () => {
  const database = create();
  database.commit(put('insert', 1), database.moment);

  expect(() => database.commit(put('insert', 2), database.moment)).toThrow('written meanwhile');
});

test('a snapshot stays what it was, and what is read is a copy', () => {
  const database = create();
  database.commit(put('insert', 1), database.moment);
  const then = database.moment;
  database.commit(put('replace', 2), then);

  const read = database.readAt(mugs, 'a', then);
  if (read) read.count = 9;
  expect(database.readAt(mugs, 'a', then)).toEqual({ _id: 'a', count: 1 });
  expect(database.changedSince(then)).toMatchObject([{ id: 'a', before: { count: 1 }, after: { count: 2 } }]);
});
