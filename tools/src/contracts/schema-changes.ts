import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { check_compat, initSync } from 'jsoncompat';

export type Schema = { readonly [keyword: string]: unknown };
/** Who must get along with the change: what reads (`deserializer`) or what writes (`serializer`) by the later schema, or both. */
export type Role = 'serializer' | 'deserializer' | 'both';

initSync({ module: readFileSync(fileURLToPath(import.meta.resolve('jsoncompat/jsoncompat_wasm_bg.wasm'))) });

/** Keywords that say nothing about which values are allowed. */
const ANNOTATIONS = ['description', 'title', 'examples', 'example', 'default', '$id'];

/**
 * What in the later schema breaks the earlier one, in words; nothing when whoever holds either gets along. jsoncompat judges; here it is found
 * and said where. A field that goes away always breaks: somebody reads it.
 */
export function breakingChanges(before: Schema, after: Schema, role: Role): string[] {
  const [earlier, later] = [plain(before), plain(after)];
  const found = [...new Set(changesAt('', earlier, later, role))];
  return found.length > 0 || isCompatible(earlier, later, role) ? found : ['the schema allows other values than before'];
}

function changesAt(path: string, before: Schema, after: Schema, role: Role): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isObject(before) && isObject(after)) return changesOfObject(path, before, after, role);
  if (isSchema(before.items) && isSchema(after.items))
    return [
      ...changesAt(`${path}[]`, before.items, after.items, role),
      ...changesOfValue(path, { ...before, items: {} }, { ...after, items: {} }, role),
    ];
  const inside = alternativesOf(before, after).flatMap(([one, now]) => changesAt(path, one, now, role));
  return inside.length > 0 ? inside : changesOfValue(path, before, after, role);
}

/** The alternatives of both, where there are as many: each with the one in its place. */
function alternativesOf({ anyOf: before }: Schema, { anyOf: after }: Schema): [Schema, Schema][] {
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) return [];
  return before.map((schema, index) => [schema, after[index]]);
}

function changesOfObject(path: string, before: Schema, after: Schema, role: Role): string[] {
  const [earlier, later] = [propertiesOf(before), propertiesOf(after)];
  const [needed, neededNow] = [requiredOf(before), requiredOf(after)];
  const at = (name: string) => (path ? `${path}.${name}` : name);
  const changes: string[] = [];
  for (const [name, schema] of Object.entries(earlier)) {
    const now = Object.hasOwn(later, name) ? later[name] : undefined;
    if (!now) changes.push(`field \`${at(name)}\` removed`);
    else {
      if (!needed.has(name) && neededNow.has(name) && role !== 'serializer') changes.push(`field \`${at(name)}\` is required now`);
      if (needed.has(name) && !neededNow.has(name) && role !== 'deserializer') changes.push(`field \`${at(name)}\` may be missing now`);
      changes.push(...changesAt(at(name), schema, now, role));
    }
  }
  for (const name of Object.keys(later))
    if (!Object.hasOwn(earlier, name) && neededNow.has(name) && role !== 'serializer') changes.push(`required field \`${at(name)}\` added`);
  const shapeOf = (schema: Schema): Schema => ({ ...schema, properties: {}, required: [] });
  return [...changes, ...changesOfValue(path, shapeOf(before), shapeOf(after), role)];
}

function changesOfValue(path: string, before: Schema, after: Schema, role: Role): string[] {
  const words = formatChange(before, after, role);
  if (!isCompatible(before, after, role)) {
    words.unshift(...typeChange(before, after), ...enumChange(before, after, role));
    if (words.length === 0) words.push(...keywordChanges(before, after));
  }
  return words.map((word) => `${path ? `field \`${path}\`` : 'the value'} ${word}`);
}

/** jsoncompat takes formats for remarks; here they are checked. */
function formatChange({ format: before }: Schema, { format: after }: Schema, role: Role): string[] {
  const loosens = after === undefined && role === 'deserializer';
  const tightens = before === undefined && role === 'serializer';
  return before === after || loosens || tightens ? [] : [`has the format ${named(after)} instead of ${named(before)}`];
}

const keywordChanges = (before: Schema, after: Schema): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((keyword) => !isDeepStrictEqual(before[keyword], after[keyword]))
    .map((keyword) => `changed its \`${keyword}\`${fromTo(named(before[keyword]), named(after[keyword]))}`);

/** In words that fit in a sentence, or not at all. */
const fromTo = (before: string, after: string): string => (before.length + after.length < 80 ? ` from ${before} to ${after}` : '');

const typeChange = ({ type: before }: Schema, { type: after }: Schema): string[] =>
  isDeepStrictEqual(before, after) || before === undefined ? [] : [`is ${named(after)} instead of ${named(before)}`];

function enumChange({ enum: before }: Schema, { enum: after }: Schema, role: Role): string[] {
  if (!Array.isArray(before) || !Array.isArray(after)) return [];
  const added = role === 'deserializer' ? [] : after.filter((value) => !before.includes(value));
  const removed = role === 'serializer' ? [] : before.filter((value) => !after.includes(value));
  return [
    ...added.map((value) => `may be \`${value}\` now, which readers do not know`),
    ...removed.map((value) => `may not be \`${value}\` any more`),
  ];
}

function isCompatible(before: Schema, after: Schema, role: Role): boolean {
  if (isDeepStrictEqual(before, after)) return true;
  try {
    return check_compat(JSON.stringify(before), JSON.stringify(after), role);
  } catch {
    // What it can not compare counts as changed: a person looks at it.
    return false;
  }
}

/** Without what only explains; a property may well be called `title`. */
function plain(schema: Schema): Schema {
  const entries = Object.entries(schema).filter(([keyword]) => !ANNOTATIONS.includes(keyword));
  return Object.fromEntries(
    entries.map(([keyword, value]) => [keyword, keyword === 'properties' ? mapped(propertiesOf(schema), plain) : plainValue(value)]),
  );
}
const plainValue = (value: unknown): unknown => (Array.isArray(value) ? value.map(plainValue) : isSchema(value) ? plain(value) : value);
const mapped = <T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);
const isObject = (schema: Schema): boolean => isSchema(schema.properties);
const propertiesOf = ({ properties }: Schema) => (isSchema(properties) ? properties : {}) as Readonly<Record<string, Schema>>;
const requiredOf = ({ required }: Schema): Set<unknown> => new Set(Array.isArray(required) ? required : []);
const named = (value: unknown): string => (value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value));
