import { collection } from '../store/store.ts';

/** Who may publish the outbox. `token` rises with each change of holder. */
export type LeaseDocument = { _id: string; holder: string; token: number; expiresAt: Date };
export const leaseCollection = collection<LeaseDocument>('leases');

export type LeaseStore = {
  /** Takes or renews the lease by the database's own clock; the token when it is ours, undefined when another holds it. */
  acquire(name: string, holder: string, ttlMs: number): Promise<number | undefined>;
  release(name: string, holder: string): Promise<void>;
};

export type Lease = {
  /** The fencing token while this process holds the lease with time to spare, else undefined. */
  hold(): Promise<number | undefined>;
  release(): Promise<void>;
};

export type LeaseOptions = { store: LeaseStore; name: string; holder: string; ttlMs: number; monotonicMs?: () => number };

/** Renewed at half its time, asked for at a sixth while another holds it; counted from before the call, so that this process gives it up before the database does. */
export function createLease({ store, name, holder, ttlMs, monotonicMs = () => performance.now() }: LeaseOptions): Lease {
  let token: number | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  return {
    async hold() {
      const before = monotonicMs();
      if (before - askedAt < (token === undefined ? ttlMs / 6 : ttlMs / 2)) return token;
      token = await store.acquire(name, holder, ttlMs);
      askedAt = before;
      return token;
    },
    async release() {
      if (token !== undefined) await store.release(name, holder);
      token = undefined;
    },
  };
}
