/** As the inspector writes it: times in microseconds. */
export type CpuProfile = {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
};

/** `share`: of the time in which the process did anything. */
export type SelfTime = { name: string; ms: number; share: number };
export type SelfTimes = { busyMs: number; packages: SelfTime[]; functions: SelfTime[] };

type Frame = CpuProfile['nodes'][number]['callFrame'];

/** Nothing is done, or the profile itself. */
const isNoWork = ({ functionName, url }: Frame): boolean => functionName === '(idle)' || url === 'node:inspector';

/** Whose code a frame is: a package, a workspace, Node itself, or what V8 calls things that are no code. */
export function packageOf({ functionName, url }: Frame): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'native';
  if (url.startsWith('node:')) return 'node';
  const inModules = url.lastIndexOf('/node_modules/');
  const parts = url.slice(inModules < 0 ? 0 : inModules + '/node_modules/'.length).split('/');
  if (inModules >= 0) return parts.slice(0, parts[0]?.startsWith('@') ? 2 : 1).join('/');
  const src = parts.lastIndexOf('src');
  return src > 0 ? (parts[src - 1] ?? url) : url;
}

const placeOf = ({ functionName, url, lineNumber }: Frame): string => {
  const file = url.replace(/^.*\/node_modules\/|^file:\/\/.*\/(?=[\w-]+\/src\/)/, '');
  return file === '' ? functionName : `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`;
};

/** Where the time of a profile went, the most first. */
export function selfTimesOf({ nodes, samples, timeDeltas }: CpuProfile): SelfTimes {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  let busyMs = 0;
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    const ms = (timeDeltas[index] ?? 0) / 1000;
    if (!frame || isNoWork(frame)) continue;
    busyMs += ms;
    add(packages, packageOf(frame), ms);
    add(functions, placeOf(frame), ms);
  }
  return { busyMs, packages: largest(packages, busyMs), functions: largest(functions, busyMs) };
}

const add = (times: Map<string, number>, name: string, ms: number) => times.set(name, (times.get(name) ?? 0) + ms);

const largest = (times: ReadonlyMap<string, number>, busyMs: number): SelfTime[] =>
  [...times].map(([name, ms]) => ({ name, ms, share: ms / busyMs })).sort((a, b) => b.ms - a.ms);

const SHOWN = { packages: 12, functions: 20 };

export function* linesOf({ busyMs, packages, functions }: SelfTimes): Generator<string> {
  const line = ({ name, ms, share }: SelfTime) =>
    `    ${(share * 100).toFixed(1).padStart(5)} %  ${Math.round(ms).toString().padStart(6)} ms  ${name}`;
  yield `    busy for ${Math.round(busyMs)} ms; self time by package`;
  yield* packages.slice(0, SHOWN.packages).map(line);
  yield '    by function';
  yield* functions.slice(0, SHOWN.functions).map(line);
}
