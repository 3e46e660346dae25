import type { Break } from './break.ts';
import { breakingChanges, type Schema } from './schema-changes.ts';

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
type Parameter = { readonly in: string; readonly name: string; readonly required?: boolean; readonly schema?: Schema };
type Operation = {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
};
/** As much of an OpenAPI document as clients depend on. */
export type OpenApi = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
};

/** What in the service's present API breaks clients of the released one: requests may only loosen, answers only get more exact. */
export function httpBreaks(service: string, released: OpenApi, present: OpenApi): Break[] {
  const [before, after] = [inlined(released), inlined(present)];
  const operations = Object.entries(before.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation, now: after.paths[path]?.[method] })),
  );
  return operations.flatMap(({ path, method, operation, now }) => {
    const changes = now ? changesOf(operation, now) : ['the operation is removed'];
    return changes.map((what) => ({ whom: `clients of ${service}`, what, where: `${method.toUpperCase()} ${path}` }));
  });
}

const changesOf = (before: Operation, after: Operation): string[] => [
  ...accessChanges(before, after),
  ...parameterChanges(before, after),
  ...bodyChanges(before, after),
  ...answerChanges(before, after),
];

function accessChanges({ security: before = [{}] }: Operation, { security: after = [{}] }: Operation): string[] {
  const namesOf = (alternative: Readonly<Record<string, unknown>>) => Object.keys(alternative).join(' and ') || 'anybody';
  const allowed = new Set(after.map(namesOf));
  return allowed.has('anybody') ? [] : before.map(namesOf).flatMap((who) => (allowed.has(who) ? [] : [`${who} may not call it any more`]));
}

function parameterChanges({ parameters: before = [] }: Operation, { parameters: after = [] }: Operation): string[] {
  const same = (parameter: Parameter) => (other: Parameter) => other.in === parameter.in && other.name === parameter.name;
  // The documents call a parameter required that has a default.
  const isNeeded = ({ required, schema }: Parameter) => required === true && schema?.default === undefined;
  const changes = before.flatMap((parameter) => {
    const what = `the ${parameter.in} parameter \`${parameter.name}\``;
    const now = after.find(same(parameter));
    if (!now) return [`${what} is removed`];
    const needed = isNeeded(now) && !isNeeded(parameter) ? [`${what} is required now`] : [];
    return [...needed, ...breakingChanges(parameter.schema ?? {}, now.schema ?? {}, 'deserializer').map((change) => `${what}: ${change}`)];
  });
  const added = after.filter((parameter) => isNeeded(parameter) && !before.some(same(parameter)));
  return [...changes, ...added.map((parameter) => `the ${parameter.in} parameter \`${parameter.name}\` is new and required`)];
}

function bodyChanges({ requestBody: before }: Operation, { requestBody: after }: Operation): string[] {
  if (!before) return after?.required ? ['a body is required now'] : [];
  if (!after) return ['a body is not taken any more'];
  return [
    ...(after.required && !before.required ? ['a body is required now'] : []),
    ...contentChanges('the body', before.content, after.content, 'deserializer'),
  ];
}

/** A new status is no break: clients react to classes of them. */
function answerChanges({ responses: before }: Operation, { responses: after }: Operation): string[] {
  return Object.entries(before).flatMap(([status, { content = {} }]) => {
    const now = after[status];
    if (now) return contentChanges(`answer ${status}`, content, now.content ?? {}, 'serializer');
    return status.startsWith('2') ? [`answer ${status} is removed`] : [];
  });
}

const contentChanges = (what: string, before: Content, after: Content, role: 'serializer' | 'deserializer'): string[] =>
  Object.entries(before).flatMap(([type, { schema = {} }]) => {
    const now = after[type];
    if (!now) return [`${what} is not ${type} any more`];
    return breakingChanges(schema, now.schema ?? {}, role).map((change) => `${what}: ${change}`);
  });

/** The document with each schema where it is used. */
function inlined(document: OpenApi): OpenApi {
  const schemas = document.components?.schemas ?? {};
  const inside = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inside);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref, ...rest } = value as { $ref?: unknown };
    const name = typeof $ref === 'string' ? $ref.replace('#/components/schemas/', '') : undefined;
    if (name !== undefined) return { ...(inside(schemas[name] ?? {}) as object), ...rest };
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, inside(member)]));
  };
  return { ...document, paths: inside(document.paths) as OpenApi['paths'] };
}
