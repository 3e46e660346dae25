// `npm run test:kubernetes`: builds both overlays and holds every object against the schemas of Kubernetes and of the operators, strictly, and against each other.
// Needs kubectl, Go and Maven, and pip where Java is older than 21. What it fetches, it keeps in .microshop/cache.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runCommand } from '../compose/command.ts';
import { build, canonical } from './build.ts';
import { SCHEMA_TEMPLATE } from './json-schemas.ts';
import { FOLDER, type Manifest, OVERLAYS, parseManifests } from './manifests.ts';
import { faultsOf } from './rules.ts';
import { kubeconform, schemas, VERSIONS, type Workplace } from './sources.ts';

const BUDGET_MS = 600_000;
const began = performance.now();
const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const place: Workplace = {
    cache: resolve(process.env.MICROSHOP_CACHE_DIR ?? '.microshop/cache', 'kubernetes'),
    signal: AbortSignal.timeout(BUDGET_MS),
    report: (message) => say(`${`${Math.round((performance.now() - began) / 1000)} s`.padStart(6)}  ${message}`),
  };
  const [validator, known] = [await kubeconform(place), await schemas(place)];
  const built = await mkdtemp(join(tmpdir(), 'microshop-kubernetes-'));
  try {
    const faults: string[] = [];
    for (const overlay of OVERLAYS) faults.push(...(await faultsOfOverlay(overlay, { ...place, validator, known, built })));
    for (const fault of faults) say(`FAULT: ${fault}`);
    const against = Object.entries(VERSIONS)
      .slice(0, 5)
      .map(([name, version]) => `${name} ${version}`);
    say(
      `test:kubernetes: ${faults.length === 0 ? 'all valid' : `${faults.length} faults`}, in ${Math.round((performance.now() - began) / 1000)} s, against ${against.join(', ')}`,
    );
    return faults.length === 0 ? 0 : 1;
  } finally {
    await rm(built, { recursive: true, force: true });
  }
}

type Tools = Workplace & { readonly validator: string; readonly known: string; readonly built: string };

async function faultsOfOverlay(overlay: string, tools: Tools): Promise<string[]> {
  const { signal, report } = tools;
  const manifests = parseManifests(await runCommand('kubectl', ['kustomize', join(FOLDER, 'overlays', overlay)], { signal }));
  const invalid = await invalidOf(manifests, tools);
  const refused = await invalidOf(manifests.map(withUnknownField), tools);
  report(
    `${overlay}: ${manifests.length - invalid.length} of ${manifests.length} objects are valid by their schemas; with an unknown field, ${refused.length} are refused`,
  );
  const lax = refused.length === manifests.length ? [] : ['the schemas let unknown fields pass'];
  const differing =
    canonical(build(`overlays/${overlay}`)) === canonical(manifests)
      ? []
      : ['tests/kubernetes/build.ts builds something else than kustomize'];
  return [...invalid, ...lax, ...differing, ...faultsOf(manifests)].map((fault) => `${overlay}: ${fault}`);
}

/** What the unit tests can not see: that the validator sees. */
const withUnknownField = (manifest: Manifest): Manifest =>
  manifest.spec === undefined
    ? ({ ...manifest, notAField: true } as Manifest)
    : { ...manifest, spec: { ...manifest.spec, notAField: true } };

type Verdict = { resources: readonly { kind: string; name: string; status: string; msg: string }[] };

async function invalidOf(manifests: readonly Manifest[], { validator, known, built, signal }: Tools): Promise<string[]> {
  const file = join(built, 'manifests.json');
  await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }));
  const options = ['-strict', '-output', 'json', '-verbose', '-schema-location', join(known, SCHEMA_TEMPLATE)];
  // It answers 1 when something is not valid, and says what on stdout.
  const answer = await runCommand('sh', ['-c', '"$0" "$@" || true', validator, ...options, file], { signal });
  const { resources } = JSON.parse(answer) as Verdict;
  if (resources.length !== manifests.length) throw new Error(`kubeconform looked at ${resources.length} of ${manifests.length} objects.`);
  return resources.filter(({ status }) => status !== 'statusValid').map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`);
}

try {
  process.exit(await main());
} catch (error) {
  say(`test:kubernetes: can not be done: ${(error as Error).message}`);
  process.exit(2);
}
