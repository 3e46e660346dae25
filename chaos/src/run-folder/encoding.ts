import type { Content } from '../run-folder.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as text where they are UTF-8, so that a person can read a run; else as they are. */
export function contentOf(bytes: Uint8Array): Content {
  try {
    return strict.decode(bytes);
  } catch {
    return bytes;
  }
}

/** One line of a file. */
export const encode = (value: unknown): string => JSON.stringify(toPlain(value));

/** The reverse; throws when the line is no JSON. */
export const decode = (line: string): unknown => fromPlain(JSON.parse(line));

function toPlain(value: unknown): unknown {
  if (value instanceof Date) return { $date: value.toISOString() };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toPlain(each)]));
}

function fromPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (typeof value !== 'object' || value === null) return value;
  const [first, ...others] = Object.entries(value);
  if (first && others.length === 0) {
    const [name, content] = first;
    if (name === '$date' && typeof content === 'string') return new Date(content);
    if (name === '$bytes' && typeof content === 'string') return new Uint8Array(Buffer.from(content, 'base64'));
  }
  for (const [name, each] of Object.entries(value)) (value as Record<string, unknown>)[name] = fromPlain(each);
  return value;
}
