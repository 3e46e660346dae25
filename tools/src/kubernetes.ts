import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { TopicSpec } from '@microshop/chassis/kafka/broker';
import { topicSpecsFor } from '@microshop/chassis/kafka/topic-specs';
import { topics } from '@microshop/contracts';
import { services } from './databases.ts';
import { type Right, rights } from './kubernetes/kafka-rights.ts';

/** `npm run kubernetes`: writes the manifests that follow from the contracts and from the alerts. With --check it only exits 1 when they are stale. */
const ROOT = new URL('../../', import.meta.url);
const path = (name: string): string => fileURLToPath(new URL(name, ROOT));

const header = (source: string): string => `# Made from ${source} by npm run kubernetes: change it there.\n`;
const kafkaObject = (kind: string, name: string): string[] => [
  'apiVersion: kafka.strimzi.io/v1',
  `kind: ${kind}`,
  'metadata:',
  `  name: ${name}`,
  '  labels: { strimzi.io/cluster: microshop }',
];

const topicManifest = ({ name, partitions, config }: TopicSpec): string =>
  [
    ...kafkaObject('KafkaTopic', name),
    'spec:',
    `  partitions: ${partitions}`,
    '  config:',
    ...Object.entries(config).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`),
  ].join('\n');

const aclOf = ({ resource, name, pattern, operations }: Right): string =>
  `      - { resource: { type: ${resource}, name: ${name}, patternType: ${pattern} }, operations: [${operations.join(', ')}] }`;

const userManifest = ([name, given]: readonly [string, readonly Right[]]): string =>
  [
    ...kafkaObject('KafkaUser', name),
    'spec:',
    '  authentication: { type: scram-sha-512 }',
    '  authorization:',
    '    type: simple',
    '    acls:',
    ...given.map(aclOf),
  ].join('\n');

function topicManifests(): string {
  const specs = new Map(services.flatMap((service) => topicSpecsFor(service, topics)).map((spec) => [spec.name, spec]));
  return [...specs.values()].map(topicManifest).join('\n---\n');
}

/** The rules as they are: the operator's document has them under `spec`. */
function ruleManifest(rules: string): string {
  const spec = rules.trimEnd().replaceAll(/^(?=.)/gm, '  ');
  return `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: microshop\nspec:\n${spec}`;
}

/** Each generated manifest with its content as it should be. */
export async function generatedManifests(): Promise<ReadonlyMap<string, string>> {
  const rules = 'ops/prometheus/alerts.yml';
  return new Map([
    ['deploy/kubernetes/base/kafka/topics.yaml', `${header('contracts/src')}${topicManifests()}\n`],
    [
      'deploy/kubernetes/base/kafka/users.yaml',
      `${header('contracts/src and tools/src/kubernetes/kafka-rights.ts')}${Object.entries(rights).map(userManifest).join('\n---\n')}\n`,
    ],
    ['deploy/kubernetes/components/monitoring/alerts.yaml', `${header(rules)}${ruleManifest(await readFile(path(rules), 'utf8'))}\n`],
  ]);
}

async function main(): Promise<number> {
  const onlyCheck = process.argv.includes('--check');
  let stale = 0;
  for (const [name, content] of await generatedManifests()) {
    if ((await readFile(path(name), 'utf8').catch(() => '')) === content) continue;
    stale++;
    if (!onlyCheck) await writeFile(path(name), content);
    process.stdout.write(onlyCheck ? `${name} is stale: run npm run kubernetes and commit it.\n` : `${name} was written.\n`);
  }
  return onlyCheck && stale > 0 ? 1 : 0;
}

if (import.meta.main) process.exit(await main());
