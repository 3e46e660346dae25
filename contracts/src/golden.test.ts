import { readdirSync } from 'node:fs';
import type { TObject } from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { goldenFile, goldenMessage } from './golden.ts';
import { topics } from './topics.ts';

const golden = new URL('../golden/', import.meta.url);
const messages = topics.flatMap((topic) =>
  Object.entries(topic.events).map(([type, schema]) => ({
    topic: topic.name,
    key: topic.key,
    type,
    schema: schema as TObject,
    file: goldenFile(topic, type),
    message: goldenMessage(topic, type) ?? {},
  })),
);

describe('the golden messages', () => {
  it('are one for each event of each topic, and no other', () => {
    const files = readdirSync(golden, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const found = files.map(({ parentPath, name }) => `${parentPath.split('/').findLast(Boolean)}/${name}`);
    expect(found.sort()).toEqual(messages.map(({ file }) => file).sort());
  });
});

describe.each(messages)('$topic $type', ({ key, schema, message }) => {
  it('accepts its golden message, which has the key', () => {
    expect(Value.Errors(schema, message)).toEqual([]);
    expect(message[key]).toEqual(expect.any(String));
  });

  it('is open: a reader passes over a field that it does not know', () => {
    expect(Value.Check(schema, { ...message, addedLater: { by: 'a newer producer' } })).toBe(true);
  });

  it('needs each field that is not optional', () => {
    for (const field of schema.required ?? []) {
      const { [field]: _, ...rest } = message;
      expect(Value.Check(schema, rest), `without ${field}`).toBe(false);
    }
  });

  it('has every field of its schema in the golden message, optional ones where they can be', () => {
    const missing = Object.keys(schema.properties).filter((field) => !(field in message));
    expect(missing).toEqual([]);
  });
});
