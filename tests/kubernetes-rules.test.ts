import { describe, expect, test } from 'vitest';
import { build } from './kubernetes/build.ts';
import { schemasOfDefinition, schemasOfOpenApi } from './kubernetes/json-schemas.ts';
import { type Deployment, type Manifest, mainOf, named, type PodSpec } from './kubernetes/manifests.ts';
import { faultsOf } from './kubernetes/rules.ts';

const production = build('overlays/production');

describe('the rules', () => {
  const change = (kind: string, name: string, edit: (manifest: Manifest) => void): string[] => {
    const manifests = structuredClone(production);
    edit(named(manifests, kind, name));
    return faultsOf(manifests);
  };
  const inPod = (edit: (pod: PodSpec) => void) => change('Deployment', 'console', (one) => edit((one as Deployment).spec.template.spec));

  test.each<[string, string[], string]>([
    ['an image without a version', inPod((pod) => Object.assign(mainOf(pod), { image: 'microshop/console:latest' })), 'names no version'],
    ['a container that may write', inPod((pod) => Object.assign(mainOf(pod), { securityContext: {} })), 'more than it needs'],
    ['a pod that may be root', inPod((pod) => Object.assign(pod, { securityContext: {} })), 'may run as root'],
    ['variables of Kubernetes', inPod((pod) => Object.assign(pod, { enableServiceLinks: true })), 'gets variables'],
    ['a token', inPod((pod) => Object.assign(pod, { automountServiceAccountToken: true })), 'has a token'],
    ['a grace that is too short', inPod((pod) => Object.assign(pod, { terminationGracePeriodSeconds: 15 })), 'before it has drained'],
    ['a volume that is not there', inPod((pod) => void pod.volumes?.pop()), 'which it does not have'],
    ['a missing probe', inPod((pod) => Object.assign(mainOf(pod), { startupProbe: undefined })), 'lacks a probe'],
    ['no request of CPU', inPod((pod) => Object.assign(mainOf(pod), { resources: {} })), 'does not say what it needs'],
    [
      'a selector of nobody',
      change('Service', 'console', (one) => Object.assign(one, { spec: { selector: { app: 'x' } } })),
      'selects no pod',
    ],
    [
      'a target that is not there',
      change('HorizontalPodAutoscaler', 'console', (one) => Object.assign(one, { spec: { scaleTargetRef: { name: 'x' } } })),
      'which is not there',
    ],
    ['the same twice', faultsOf([...production, named(production, 'Service', 'console')]), 'is there twice'],
  ])('see %s', (_what, faults, sentence) => {
    expect(faults).toEqual([expect.stringContaining(sentence)]);
  });
});

describe('the schemas', () => {
  test('of a definition refuse what it does not name, and leave open what it leaves open', () => {
    const openAPIV3Schema = {
      type: 'object',
      properties: {
        spec: {
          type: 'object',
          properties: {
            port: { 'x-kubernetes-int-or-string': true },
            free: { type: 'object', properties: {}, 'x-kubernetes-preserve-unknown-fields': true },
            maybe: { type: 'string', nullable: true },
          },
        },
      },
    };
    const files = schemasOfDefinition({
      spec: { group: 'a.b', names: { kind: 'Thing' }, versions: [{ name: 'v1', schema: { openAPIV3Schema } }] },
    });
    expect(files.get('a.b_v1_thing.json')).toMatchObject({
      additionalProperties: false,
      properties: {
        kind: { type: 'string' },
        spec: {
          additionalProperties: false,
          properties: {
            port: { type: ['integer', 'string'] },
            free: expect.not.objectContaining({ additionalProperties: false }),
            maybe: { type: ['string', 'null'] },
          },
        },
      },
    });
  });

  test('of Kubernetes bring along what they refer to, and no more', () => {
    const of = (kind: string, field: object) => ({
      type: 'object',
      properties: { field },
      'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind }],
    });
    const schemas = { Pod: of('Pod', { $ref: '#/components/schemas/Part' }), Part: { type: 'object' }, Other: of('Other', {}) };
    const files = schemasOfOpenApi({ components: { schemas } });
    expect([...files.keys()]).toEqual(['v1_pod.json', 'v1_other.json']);
    expect(files.get('v1_pod.json')?.components).toEqual({ schemas: { Pod: expect.anything(), Part: expect.anything() } });
  });
});
