import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

export type Labels = Readonly<Record<string, string>>;
export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: unknown;
};

export type Probe = { httpGet: { path: string; port: string }; periodSeconds: number; failureThreshold: number };
export type Container = {
  name: string;
  image: string;
  ports?: { name: string; containerPort: number }[];
  env?: { name: string; value?: string }[];
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
  securityContext?: Record<string, unknown>;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  startupProbe?: Probe;
  readinessProbe?: Probe;
  livenessProbe?: Probe;
  lifecycle?: { preStop: { sleep: { seconds: number } } };
  [other: string]: unknown;
};
export type Volume = {
  name: string;
  secret?: { secretName: string; items?: { key: string; path: string }[] };
  persistentVolumeClaim?: { claimName: string };
};
export type PodSpec = {
  containers: Container[];
  volumes?: Volume[];
  serviceAccountName?: string;
  terminationGracePeriodSeconds?: number;
  [other: string]: unknown;
};
export type Template = { metadata: { labels: Labels }; spec: PodSpec };
export type Deployment = Manifest & { spec: { selector: { matchLabels: Labels }; template: Template; [other: string]: unknown } };

export const parseManifests = (text: string): Manifest[] =>
  parseAllDocuments(text).map((document) => {
    const [fault] = document.errors;
    if (fault) throw new Error(fault.message);
    return document.toJS() as Manifest;
  });

export const FOLDER = join(import.meta.dirname, '../../deploy/kubernetes');
export const read = (path: string): string => readFileSync(join(FOLDER, path), 'utf8');

/** The objects of a file of deploy/kubernetes. */
export const manifestsIn = (path: string): Manifest[] => parseManifests(read(path));

export const ofKind = <T extends Manifest = Manifest>(manifests: readonly Manifest[], kind: string): T[] =>
  manifests.filter((manifest): manifest is T => manifest.kind === kind);

export function named<T extends Manifest>(manifests: readonly Manifest[], kind: string, name: string): T {
  const found = ofKind<T>(manifests, kind).find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`There is no ${kind} ${name}.`);
  return found;
}

/** The one container of a pod of ours. */
export function mainOf({ containers }: PodSpec): Container {
  const [main] = containers;
  if (!main) throw new Error('A pod has no container.');
  return main;
}

export const OVERLAYS = ['local', 'production'] as const;

type Kustomization = {
  namespace?: string;
  resources?: string[];
  components?: string[];
  patches?: { path: string; target?: { kind: string } }[];
  images?: { name: string; newName?: string; newTag: string }[];
};
export const kustomizationIn = (folder: string): Kustomization => parse(read(`${folder}/kustomization.yaml`)) as Kustomization;

/** Every file below deploy/kubernetes, by its path in there. */
export const allFiles = (): string[] =>
  readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(FOLDER.length + 1))
    .sort();
