import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';

const Readyz = Type.Object({
  status: Type.Enum(['ready', 'degraded', 'draining']),
  checks: Type.Record(Type.String(), Type.Object({ ok: Type.Boolean(), detail: Type.Optional(Type.String()) })),
});
export type Readyz = Static<typeof Readyz>;

const TIMEOUT_MS = 2000;

/** What a service says of itself; undefined when it does not answer. */
export async function readyzOf(url: string): Promise<Readyz | undefined> {
  try {
    const response = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body: unknown = await response.json();
    return Value.Check(Readyz, body) ? body : undefined;
  } catch {
    return undefined;
  }
}
