import { join } from 'node:path';
import { kustomizationIn, type Manifest, manifestsIn } from './manifests.ts';

type Value = { [field: string]: unknown };
const isMap = (value: unknown): value is Value => typeof value === 'object' && value !== null && !Array.isArray(value);

/** How the items of a pod's lists are told apart; every other list is replaced as a whole. */
const itemKeys: Readonly<Record<string, string>> = { containers: 'name', env: 'name', volumes: 'name', volumeMounts: 'mountPath' };

const withPods = new Set(['Deployment', 'CronJob']);

function merge(base: Value, patch: Value, byItem: boolean): Value {
  const merged: Value = { ...base };
  for (const [field, value] of Object.entries(patch)) {
    const present = merged[field];
    const key = byItem ? itemKeys[field] : undefined;
    if (isMap(present) && isMap(value)) merged[field] = merge(present, value, byItem);
    else if (key && Array.isArray(present) && Array.isArray(value)) merged[field] = mergeItems(present, value, key);
    else merged[field] = value;
  }
  return merged;
}

function mergeItems(base: readonly Value[], patch: readonly Value[], key: string): Value[] {
  const patched = new Map(patch.map((item) => [item[key], item]));
  const kept = base.map((item) => (patched.has(item[key]) ? merge(item, patched.get(item[key]) ?? {}, true) : item));
  const known = new Set(base.map((item) => item[key]));
  return [...kept, ...patch.filter((item) => !known.has(item[key]))];
}

function patchedBy(manifests: readonly Manifest[], patch: Manifest, kind: string | undefined): Manifest[] {
  const { name } = patch.metadata;
  const isMeant = (one: Manifest) => (kind ? one.kind === kind : one.kind === patch.kind && one.metadata.name === name);
  if (!manifests.some(isMeant)) throw new Error(`The patch of ${patch.kind} ${name} is for nothing.`);
  const { metadata, ...rest } = patch;
  const content = kind ? rest : { ...rest, metadata };
  return manifests.map((one) => (isMeant(one) ? (merge(one, content, withPods.has(one.kind)) as Manifest) : one));
}

const inNamespace = (manifest: Manifest, namespace: string): Manifest =>
  manifest.kind === 'Namespace' ? manifest : { ...manifest, metadata: { ...manifest.metadata, namespace } };

/** The image of each container, wherever in an object it stands. */
function withImages<V>(value: V, images: ReadonlyMap<string, string>): V {
  if (Array.isArray(value)) return value.map((item) => withImages(item, images)) as V;
  if (!isMap(value)) return value;
  const entries = Object.entries(value).map(([field, inner]) => [
    field,
    field === 'image' && typeof inner === 'string' ? (images.get(inner) ?? inner) : withImages(inner, images),
  ]);
  return Object.fromEntries(entries) as V;
}

/**
 * A folder's objects as kustomize builds them, as far as ours use it; without kubectl, so that every test run can look at them. `npm run test:kubernetes`
 * holds it against the real one.
 */
export function build(folder: string): Manifest[] {
  const { resources = [], components = [], patches = [], images = [], namespace } = kustomizationIn(folder);
  let built = [...resources, ...components].flatMap((path) =>
    path.endsWith('.yaml') ? manifestsIn(join(folder, path)) : build(join(folder, path)),
  );
  for (const { path, target } of patches)
    for (const patch of manifestsIn(join(folder, path))) built = patchedBy(built, patch, target?.kind);
  const tagged = new Map(images.map(({ name, newName = name, newTag }) => [name, `${newName}:${newTag}`]));
  return built.map((one) => withImages(namespace ? inNamespace(one, namespace) : one, tagged));
}

/** One text for what means the same: fields and items in one order. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join()}]`;
  if (!isMap(value)) return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((field) => `${field}:${canonical(value[field])}`)
    .join()}}`;
}
