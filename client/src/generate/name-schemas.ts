import { Problem } from '@microshop/chassis/http/problem';
import * as contracts from '@microshop/contracts/http';
import type { OpenAPI3 } from 'openapi-typescript';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const isObject = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same text for the same schema, whatever the order of its keys and its own description. */
function canonical(schema: Json): string {
  const { description: _, ...rest } = isObject(schema) ? schema : {};
  return JSON.stringify(rest, (_name, value: Json) => (isObject(value) ? Object.fromEntries(Object.entries(value).sort()) : value));
}

const plain = <T>(value: unknown): T => JSON.parse(JSON.stringify(value)) as T;

/** Objects and closed lists of the contracts have a name that clients want to use; a SKU is just a string to them. */
const isWorthAName = (schema: Json): boolean => isObject(schema) && (schema.type === 'object' || Array.isArray(schema.enum));

const named = Object.entries({ Problem, ...contracts })
  .map(([name, schema]): [string, Json] => [name, typeof schema === 'object' ? plain<Json>(schema) : null])
  .filter(([, schema]) => isWorthAName(schema));
const nameOf = new Map(named.map(([name, schema]) => [canonical(schema), name]));

/** Services write each schema out wherever they use it; here those of the contracts get their names back, as `components.schemas`. */
export function nameSchemas(document: OpenAPI3): OpenAPI3 {
  const used = new Set<string>();
  const replace = (value: Json): Json => {
    const name = isWorthAName(value) ? nameOf.get(canonical(value)) : undefined;
    if (name === undefined) return inside(value);
    used.add(name);
    return { $ref: `#/components/schemas/${name}` };
  };
  const inside = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(replace);
    return isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, replace(member)])) : value;
  };

  const paths = inside(plain<Json>(document.paths));
  const schemas: Record<string, Json> = {};
  // Writing one out may use further ones, which the set then visits, too.
  for (const name of used) schemas[name] = inside(named.find(([each]) => each === name)?.[1] ?? null);
  return plain({ ...document, paths, components: { ...document.components, schemas } });
}
