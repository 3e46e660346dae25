import type { Manifest } from './manifests.ts';

/** A JSON Schema, or what Kubernetes has in its place. */
export type Schema = { readonly [keyword: string]: unknown };

/** The file of a kind's schema, as kubeconform looks for it with `SCHEMA_TEMPLATE`. */
export const schemaFile = ({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): string =>
  `${apiVersion.replace('/', '_')}_${kind.toLowerCase()}.json`;
export const SCHEMA_TEMPLATE = '{{if ne .Group .ResourceAPIVersion}}{{.Group}}_{{end}}{{.ResourceAPIVersion}}_{{.ResourceKind}}.json';

const isObject = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

const mapValues = (map: Schema, change: (value: unknown) => unknown): Schema =>
  Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]));

/**
 * Kubernetes drops fields that it does not know without a word; here they are faults. Takes Kubernetes's dialect to JSON Schema on the way: a number or a
 * text, a value or null.
 */
export function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (!isObject(schema)) return schema;
  const {
    nullable,
    'x-kubernetes-int-or-string': isIntOrString,
    'x-kubernetes-preserve-unknown-fields': isOpen,
    properties,
    ...rest
  } = schema;
  if (isIntOrString === true) return { type: ['integer', 'string'] };
  return {
    ...mapValues(rest, strict),
    ...(nullable === true && { type: [rest.type, 'null'] }),
    ...(isObject(properties) && { properties: mapValues(properties, strict) }),
    ...(isObject(properties) && isOpen !== true && rest.additionalProperties === undefined && { additionalProperties: false }),
  };
}

type OpenApi = { components: { schemas: Schemas } };
type Schemas = Readonly<Record<string, Schema>>;
type Gvk = { group: string; version: string; kind: string };

const REF = '#/components/schemas/';

/** The schemas of the kinds in one of Kubernetes's own OpenAPI documents, by their files. */
export function schemasOfOpenApi({ components: { schemas } }: OpenApi): Map<string, Schema> {
  const closed = mapValues(schemas, strict) as Schemas;
  const files = new Map<string, Schema>();
  for (const [name, schema] of Object.entries(schemas)) {
    const kinds = (schema['x-kubernetes-group-version-kind'] ?? []) as readonly Gvk[];
    // What has several kinds is an option of a request, such as DeleteOptions.
    const [only] = kinds.length === 1 ? kinds : [];
    if (!only) continue;
    const apiVersion = only.group === '' ? only.version : `${only.group}/${only.version}`;
    files.set(schemaFile({ apiVersion, kind: only.kind }), { $ref: `${REF}${name}`, components: { schemas: neededBy(name, closed) } });
  }
  return files;
}

/** The schema of this name, and those that it refers to. */
function neededBy(name: string, schemas: Schemas): Schemas {
  const needed = new Map<string, Schema>();
  const take = (one: string): void => {
    const schema = schemas[one];
    if (!schema || needed.has(one)) return;
    needed.set(one, schema);
    for (const [, ref = ''] of JSON.stringify(schema).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) take(ref);
  };
  take(name);
  return Object.fromEntries(needed);
}

type CustomResourceDefinition = {
  spec: { group: string; names: { kind: string }; versions: readonly { name: string; schema: { openAPIV3Schema: Schema } }[] };
};

/** The schemas of the kind that a CustomResourceDefinition declares, one for each version. */
export const schemasOfDefinition = ({ spec }: CustomResourceDefinition): Map<string, Schema> =>
  new Map(
    spec.versions.map(({ name, schema: { openAPIV3Schema } }) => [
      schemaFile({ apiVersion: `${spec.group}/${name}`, kind: spec.names.kind }),
      withTypeFields(strict(openAPIV3Schema) as Schema),
    ]),
  );

/** Every object has these, also where a definition does not say so. */
const withTypeFields = (schema: Schema): Schema => ({
  ...schema,
  properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' }, ...(schema.properties as Schema) },
});
