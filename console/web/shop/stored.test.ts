import { expect, it } from 'vitest';
import { forgetAll, type Store, stored } from './stored.ts';

const isText = (value: unknown): value is string => typeof value === 'string';

function storeOf(entries: Record<string, string> = {}): Store & { kept: Map<string, string> } {
  const kept = new Map(Object.entries(entries));
  return { kept, getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => void kept.set(name, value) };
}

it('is there after a reload, and is written before the assignment returns', () => {
  const store = storeOf();
  const name = stored('name', 'nobody', isText, () => store);
  name.value = 'ada';
  expect(store.kept.get('name')).toBe('"ada"');
  expect(stored('name', 'nobody', isText, () => store).value).toBe('ada');
});

it('is forgotten with all the rest', () => {
  const store = storeOf({ name: '"ada"' });
  const name = stored('name', 'nobody', isText, () => store);
  forgetAll();
  expect([name.value, store.kept.get('name')]).toEqual(['nobody', '"nobody"']);
});

it.each([
  ['nothing', {}],
  ['no JSON', { name: '{' }],
  ['something of an older page', { name: '17' }],
])('is the standard where there is %s', (_, entries: Record<string, string>) => {
  expect(stored('name', 'nobody', isText, () => storeOf(entries)).value).toBe('nobody');
});

it('lives as long as the page where storage is forbidden', () => {
  const name = stored('name', 'nobody', isText, () => {
    throw new Error('forbidden');
  });
  name.value = 'ada';
  expect(name.value).toBe('ada');
});
