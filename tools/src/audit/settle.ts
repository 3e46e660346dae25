import type { Sleep } from '@microshop/chassis/clock';
import { type Finding, findingId } from './rules/finding.ts';

/** What could not be judged in time, and what it waits for. */
export type Unsettled = { finding: Finding; because: string };
export type Settled = { violations: Finding[]; unsettled: Unsettled[] };

export type SettlePorts = {
  /** Marks what is under way now; the answer tells in words what of it is not handled yet. */
  mark(): Promise<() => Promise<readonly string[]>>;
  /** Looks at the same subjects anew. */
  again(suspicions: readonly Finding[]): Promise<Finding[]>;
  now(): number;
  sleep: Sleep;
};

const POLL_MS = 200;
/** order-svc sweeps once a second, in two steps. */
const SWEEPS_MS = 3000;

const isStuck = ({ fault }: Finding): boolean => fault.kind === 'order_stuck';

/**
 * A suspicion is a violation when it is still there, of the same version, after all that was under way when it was read has been handled. What
 * is found of a later version is a suspicion of its own.
 */
export async function settle(suspicions: readonly Finding[], ports: SettlePorts, timeoutMs: number): Promise<Settled> {
  const until = ports.now() + timeoutMs;
  const violations: Finding[] = [];
  let open = [...suspicions];
  while (open.length > 0) {
    const because = await handled(await ports.mark(), ports, until);
    if (because.length > 0) return { violations, unsettled: open.map((finding) => ({ finding, because: because.join(', ') })) };
    if (open.some(isStuck)) await ports.sleep(SWEEPS_MS);
    const found = await ports.again(open);
    const known = new Set(open.map(findingId));
    // While the sweep works off what is overdue, none of it is stuck.
    const isSweeping = found.filter(isStuck).length < open.filter(isStuck).length;
    const isViolation = (finding: Finding) => known.has(findingId(finding)) && !(isSweeping && isStuck(finding));
    violations.push(...found.filter(isViolation));
    open = found.filter((finding) => !isViolation(finding));
    if (ports.now() > until) return { violations, unsettled: open.map((finding) => ({ finding, because: 'it keeps changing' })) };
  }
  return { violations, unsettled: [] };
}

/** Waits for what was marked; answers what of it was left when the time was up. */
async function handled(behind: () => Promise<readonly string[]>, { now, sleep }: SettlePorts, until: number): Promise<readonly string[]> {
  for (;;) {
    const left = await behind();
    if (left.length === 0 || now() > until) return left;
    await sleep(POLL_MS);
  }
}
