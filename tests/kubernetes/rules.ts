import { type Container, type Deployment, type Labels, type Manifest, mainOf, ofKind, type PodSpec, type Template } from './manifests.ts';

/** What no schema can say: that the objects of a cluster fit together. Each fault is a sentence. */
export const faultsOf = (manifests: readonly Manifest[]): string[] => [
  ...twice(manifests),
  ...ofKind<Deployment>(manifests, 'Deployment').flatMap((deployment) => faultsOfDeployment(deployment, manifests)),
  ...podsOf(manifests).flatMap(([owner, { spec }]) => faultsOfPod(owner, spec, manifests)),
  ...selectors(manifests).flatMap(([owner, labels]) => nobody(owner, labels, manifests)),
  ...targets(manifests).flatMap(([owner, kind, name]) =>
    has(manifests, kind, name) ? [] : [`${owner} is about the ${kind} ${name}, which is not there`],
  ),
];

const nameOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;
const has = (manifests: readonly Manifest[], kind: string, name: string): boolean =>
  manifests.some((manifest) => manifest.kind === kind && manifest.metadata.name === name);

function twice(manifests: readonly Manifest[]): string[] {
  const names = manifests.map(nameOf);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((name) => `${name} is there twice`);
}

/** The pods that our own objects make. */
export const podsOf = (manifests: readonly Manifest[]): [owner: string, pod: Template][] => [
  ...ofKind<Deployment>(manifests, 'Deployment').map((one): [string, Template] => [nameOf(one), one.spec.template]),
  ...ofKind<Manifest & { spec: { jobTemplate: { spec: { template: Template } } } }>(manifests, 'CronJob').map((one): [string, Template] => [
    nameOf(one),
    one.spec.jobTemplate.spec.template,
  ]),
];

/** Labels of the pods that the operators make for our objects. */
const OPERATORS_PODS: readonly Labels[] = [{ 'strimzi.io/cluster': 'microshop' }, { app: 'microshop-mongodb-svc' }];

export const matches = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([name, value]) => labels[name] === value);

function nobody(owner: string, selector: Labels, manifests: readonly Manifest[]): string[] {
  const pods = [...podsOf(manifests).map(([, { metadata }]) => metadata.labels), ...OPERATORS_PODS];
  return pods.some((labels) => matches(selector, labels)) ? [] : [`${owner} selects no pod: ${JSON.stringify(selector)}`];
}

type Selecting = Manifest & { spec: { selector?: Labels | { matchLabels: Labels }; podSelector?: { matchLabels?: Labels } } };
type Peer = { podSelector?: { matchLabels?: Labels } };
export type NetworkPolicy = Manifest & {
  spec: {
    podSelector: { matchLabels?: Labels };
    policyTypes: string[];
    ingress?: { from?: Peer[]; ports?: { port: number | string }[] }[];
    egress?: { to?: Peer[]; ports?: { port: number | string }[] }[];
  };
};

/** Every selector of pods, by whose it is. */
function selectors(manifests: readonly Manifest[]): [owner: string, labels: Labels][] {
  const own = manifests
    .filter(({ kind }) => ['Service', 'PodDisruptionBudget', 'PodMonitor', 'NetworkPolicy'].includes(kind))
    .map((manifest): [string, Labels] => {
      const { selector = {}, podSelector } = (manifest as Selecting).spec;
      return [
        nameOf(manifest),
        (podSelector ?? (selector as { matchLabels?: Labels })).matchLabels ?? (podSelector ? {} : (selector as Labels)),
      ];
    });
  const peers = ofKind<NetworkPolicy>(manifests, 'NetworkPolicy').flatMap((policy) =>
    [...(policy.spec.ingress ?? []).flatMap(({ from = [] }) => from), ...(policy.spec.egress ?? []).flatMap(({ to = [] }) => to)].flatMap(
      ({ podSelector }): [string, Labels][] =>
        // Pods of kube-system are not ours to check.
        podSelector?.matchLabels && !('k8s-app' in podSelector.matchLabels) ? [[nameOf(policy), podSelector.matchLabels]] : [],
    ),
  );
  return [...own, ...peers];
}

type Targeting = Manifest & { spec: { scaleTargetRef: { kind?: string; name: string } } };
type Ingress = Manifest & { spec: { rules: { http: { paths: { backend: { service: { name: string } } }[] } }[] } };

/** What an object is about, by kind and name. */
const targets = (manifests: readonly Manifest[]): [owner: string, kind: string, name: string][] => [
  ...[...ofKind<Targeting>(manifests, 'HorizontalPodAutoscaler'), ...ofKind<Targeting>(manifests, 'ScaledObject')].map(
    (one): [string, string, string] => [nameOf(one), one.spec.scaleTargetRef.kind ?? 'Deployment', one.spec.scaleTargetRef.name],
  ),
  ...ofKind<Ingress>(manifests, 'Ingress').flatMap((one) =>
    one.spec.rules.flatMap(({ http }) =>
      http.paths.map(({ backend }): [string, string, string] => [nameOf(one), 'Service', backend.service.name]),
    ),
  ),
];

function faultsOfDeployment(deployment: Deployment, manifests: readonly Manifest[]): string[] {
  const { selector, template } = deployment.spec;
  const name = nameOf(deployment);
  const { startupProbe, readinessProbe, livenessProbe, lifecycle } = mainOf(template.spec);
  const grace = template.spec.terminationGracePeriodSeconds ?? 30;
  return [
    ...(matches(selector.matchLabels, template.metadata.labels) ? [] : [`${name} does not select its own pods`]),
    ...(startupProbe && readinessProbe && livenessProbe ? [] : [`${name} lacks a probe`]),
    ...(grace > (lifecycle?.preStop.sleep.seconds ?? 0) + DRAIN_SECONDS ? [] : [`${name} is killed before it has drained`]),
    ...(has(manifests, 'PodDisruptionBudget', deployment.metadata.name) ? [] : [`${name} has no PodDisruptionBudget`]),
  ];
}

/** `runService` gives up a stop that takes longer. */
const DRAIN_SECONDS = 10;

function faultsOfPod(
  owner: string,
  { containers, volumes = [], serviceAccountName = 'default', ...pod }: PodSpec,
  manifests: readonly Manifest[],
): string[] {
  const security = (pod.securityContext ?? {}) as Record<string, unknown>;
  return [
    ...(has(manifests, 'ServiceAccount', serviceAccountName) ? [] : [`${owner} has no ServiceAccount of its own`]),
    ...(pod.automountServiceAccountToken === false ? [] : [`${owner} has a token of the API server`]),
    ...(pod.enableServiceLinks === false ? [] : [`${owner} gets variables like ORDER_SVC_PORT from Kubernetes`]),
    ...(security.runAsNonRoot === true ? [] : [`${owner} may run as root`]),
    ...containers.flatMap((container) => faultsOfContainer(owner, container, new Set(volumes.map(({ name }) => name)))),
  ];
}

function faultsOfContainer(
  owner: string,
  { image, securityContext = {}, resources, volumeMounts = [] }: Container,
  volumes: ReadonlySet<string>,
): string[] {
  const { allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities } = securityContext;
  const isTight =
    allowPrivilegeEscalation === false && readOnlyRootFilesystem === true && JSON.stringify(capabilities) === '{"drop":["ALL"]}';
  return [
    ...(/:v?\d+\.\d+\.\d+(-\w+)?(@sha256:\w+)?$/.test(image) ? [] : [`${owner} runs ${image}, which names no version`]),
    ...(isTight ? [] : [`${owner} may do more than it needs: look at its securityContext`]),
    ...(resources?.requests?.cpu && resources.requests.memory && resources.limits?.memory ? [] : [`${owner} does not say what it needs`]),
    ...volumeMounts
      .filter(({ name }) => !volumes.has(name))
      .map(({ name }) => `${owner} mounts the volume ${name}, which it does not have`),
  ];
}
