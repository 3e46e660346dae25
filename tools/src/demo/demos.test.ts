import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { showOutage } from './outage.ts';
import { showOversell } from './oversell.ts';
import { runningParts } from './running.ts';
import type { DemoShop, Level, Outcome } from './shop.ts';

const confirmed = (orderId: string): Outcome => ({ orderId, status: 'confirmed', code: undefined, ms: 5 });
const rejected = (orderId: string): Outcome => ({ orderId, status: 'rejected', code: 'out_of_stock', ms: 5 });

/** A shop that answers the n-th order so, and whose stocks are these in the end. */
function shopThat(answer: (order: number) => Outcome, levels: Record<string, Level>): DemoShop {
  const skus = ['A', 'B'];
  let orders = 0;
  return {
    product: async () => skus.shift() ?? 'C',
    order: async () => answer(++orders),
    levelAtRest: async (sku) => levels[sku] ?? { available: 0, reserved: 0, sold: 0 },
    retire: async () => undefined,
    timelineOf: ({ orderId }) => `console/orders/${orderId}`,
    consoleUrl: 'console',
  };
}

async function shown(show: (say: (line: string) => void) => Promise<boolean>): Promise<{ isRight: boolean; lines: string[] }> {
  const lines: string[] = [];
  return { isRight: await show((line) => lines.push(line)), lines };
}

describe('oversell', () => {
  const firstTen = (order: number) => (order <= 10 ? confirmed(`o-${order}`) : rejected(`o-${order}`));
  const lamps = { available: 0, reserved: 0, sold: 10 };
  const cards = { available: 990, reserved: 0, sold: 10 };

  it('says what came out and where a rejected order can be seen', async () => {
    const { isRight, lines } = await shown((say) => showOversell(shopThat(firstTen, { A: lamps, B: cards }), say));
    expect(isRight).toBe(true);
    expect(lines).toContain('  Lamps: 0 available, 0 reserved, 10 sold. Cards: 990 available, 0 reserved, 10 sold.');
    expect(lines[2]).toContain('190 rejected (out_of_stock), 10 confirmed');
    expect(lines.at(-1)).toBe('How a rejected one gave its card back: console/orders/o-11');
  });

  it('counts those whom a rush turned away at the door, and shows one that became an order', async () => {
    const turnedAway = { ...rejected('none'), orderId: undefined };
    const answer = (order: number) => (order > 10 && order < 150 ? turnedAway : firstTen(order));
    const { isRight, lines } = await shown((say) => showOversell(shopThat(answer, { A: lamps, B: cards }), say));
    expect(isRight).toBe(true);
    expect(lines.at(-1)).toBe('How a rejected one gave its card back: console/orders/o-150');
  });

  it.each([
    ['a unit was sold twice', (order: number) => (order <= 11 ? confirmed('o') : rejected('o')), lamps, cards],
    ['a card did not come back', firstTen, lamps, { available: 989, reserved: 1, sold: 10 }],
    ['the stock knows of another sale', firstTen, { ...lamps, sold: 11 }, cards],
  ])('is wrong when %s', async (_, answer, A, B) => {
    const { isRight, lines } = await shown((say) => showOversell(shopThat(answer, { A, B }), say));
    expect(isRight).toBe(false);
    expect(lines.join('\n')).toContain('That is wrong');
  });
});

describe('an outage', () => {
  /** A supervisor that has another process at once. */
  const parts = () => {
    let pid = 100;
    return { pidOf: () => pid, kill: () => pid++ };
  };
  const sold = (count: number) => ({ A: { available: 10_000 - count, reserved: 0, sold: count } });

  it('is survived when each order is confirmed and sold once', async () => {
    const { isRight, lines } = await shown((say) =>
      showOutage(
        'broker',
        shopThat((n) => confirmed(`o-${n}`), sold(40)),
        { parts: parts(), say, wait: async () => undefined },
      ),
    );
    expect(isRight).toBe(true);
    expect(lines.join('\n')).toMatch(/process 100 is killed.*process 101 took its place.*40 confirmed, 40 sold/s);
    expect(lines.at(-1)).toMatch(/^The order that waited longest, 0\.0 s: console\/orders\/o-/);
  });

  it('is not when stock and orders disagree', async () => {
    const { isRight } = await shown((say) =>
      showOutage(
        'order-svc',
        shopThat((n) => confirmed(`o-${n}`), sold(41)),
        { parts: parts(), say, wait: async () => undefined },
      ),
    );
    expect(isRight).toBe(false);
  });
});

describe('what runs here', () => {
  it('is left alone in production', async () => {
    await expect(runningParts({ NODE_ENV: 'production' })).rejects.toThrow(/refuse with NODE_ENV=production/);
  });

  it('is nothing where nobody has started a shop', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'microshop-demo-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    await expect(runningParts({ MICROSHOP_DATA_DIR: directory })).rejects.toThrow(`No shop runs on ${directory}: start one with npm start`);
  });
});
