import type { CheckoutRequest } from '@microshop/client';
import { signal } from '@preact/signals';
import type { DemoCustomers, DemoToken } from '../../src/api/index.ts';
import { bodyOf } from '../ui/index.ts';
import { isRecord, stored } from './stored.ts';

/** Who orders: a customer of the demo, or a guest with name and address. */
export type Buyer =
  | { readonly kind: 'customer'; readonly customerId: string }
  | { readonly kind: 'guest'; readonly name: string; readonly email: string };

const isBuyer = (value: unknown): value is Buyer =>
  isRecord(value) &&
  (value.kind === 'customer'
    ? typeof value.customerId === 'string'
    : value.kind === 'guest' && typeof value.name === 'string' && typeof value.email === 'string');

export const buyer = stored<Buyer>('microshop.buyer', { kind: 'customer', customerId: 'ada' }, isBuyer);

export const customerOf = (of: Buyer): CheckoutRequest['customer'] =>
  of.kind === 'customer' ? { customerId: of.customerId } : { name: of.name.trim(), email: of.email.trim() };

/** The customers whose part a visitor may play, with their points; none where the shop is not in development. */
export const demoCustomers = signal<DemoCustomers['data']>([]);

/** Reads them again, since points may have changed. Without an answer they stay as they were. */
export async function refreshCustomers(): Promise<void> {
  const answer = await fetch('/console/demo/customers').catch(() => undefined);
  if (answer?.ok) demoCustomers.value = (await bodyOf<DemoCustomers>(answer)).data;
}

const RENEW_MS = 60_000;
const tokens = new Map<string, DemoToken>();

/** The token of the customer whose part is played; undefined where none is needed, or given. */
export async function tokenOf(of: Buyer): Promise<string | undefined> {
  if (of.kind === 'guest') return undefined;
  const { customerId } = of;
  const kept = tokens.get(customerId);
  if (kept && (kept.expiresAt === null || Date.parse(kept.expiresAt) - RENEW_MS > Date.now())) return kept.token ?? undefined;
  const answer = await fetch('/console/demo-token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ customerId }),
  });
  if (!answer.ok) return undefined;
  const token = await bodyOf<DemoToken>(answer);
  tokens.set(customerId, token);
  return token.token ?? undefined;
}
