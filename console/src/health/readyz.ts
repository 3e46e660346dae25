import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';

const Readyz = Type.Object({
  status: Type.Enum(['ready', 'degraded', 'draining']),
  checks: Type.Record(Type.String(), Type.Object({ ok: Type.Boolean(), detail: Type.Optional(Type.String()) })),
});
export type Readyz = Static<typeof Readyz>;

const TIMEOUT_MS = 2000;

/** From good to bad. */
const STATES: readonly Readyz['status'][] = ['ready', 'draining', 'degraded'];

/** What a service says of itself, several instances as the worst of them does; undefined when none answers. */
export async function readyzOf(urls: readonly string[]): Promise<Readyz | undefined> {
  const answers = (await Promise.all(urls.map(readyzAt))).filter((answer) => answer !== undefined);
  const [worst] = answers.toSorted((a, b) => STATES.indexOf(b.status) - STATES.indexOf(a.status));
  if (!worst || urls.length === 1) return worst;
  const ok = answers.length === urls.length;
  const instances = { ok, detail: `${answers.length} of ${urls.length} instances answer.` };
  return { status: ok ? worst.status : 'degraded', checks: { ...worst.checks, instances } };
}

async function readyzAt(url: string): Promise<Readyz | undefined> {
  try {
    const response = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body: unknown = await response.json();
    return Value.Check(Readyz, body) ? body : undefined;
  } catch {
    return undefined;
  }
}
