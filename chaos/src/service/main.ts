// One service as its own main.ts runs it, with what the runner needs between it and its ports. Its environment says which.
import { appendFileSync } from 'node:fs';
import { loadConfigOrExit } from '@microshop/chassis/config';
import type { Outcome } from '@microshop/chassis/consumer/batch-consumer';
import { runService } from '@microshop/chassis/lifecycle';
import { createLogger, type Logger } from '@microshop/chassis/logger';
import type { RunningService, ServiceOverrides } from '@microshop/chassis/service';
import type { ServiceName } from '@microshop/contracts';
import { startInventory } from '@microshop/inventory-svc/app';
import { InventoryConfig } from '@microshop/inventory-svc/config';
import { startLoyalty } from '@microshop/loyalty-svc/app';
import { LoyaltyConfig } from '@microshop/loyalty-svc/config';
import { startOrderService } from '@microshop/order-svc/app';
import { OrderConfig } from '@microshop/order-svc/config';
import { announcing } from './announcing-ports.ts';
import { createCrashGate } from './crash-gate.ts';
import { mutants } from './mutants.ts';
import type { CrashHit, Order, Report } from './orders.ts';
import { variables } from './orders.ts';
import { createShiftingClock } from './shifting-clock.ts';

const { env } = process;
const name = (env[variables.service] ?? '') as ServiceName;
const instance = env[variables.instance] ?? name;
const mutant = mutants[env[variables.mutant] ?? ''];

const REPORT_MS = 500;

const starters: Record<ServiceName, (logger: Logger, overrides: ServiceOverrides) => Promise<RunningService>> = {
  'order-svc': (logger, overrides) => startOrderService(loadConfigOrExit(OrderConfig, env), logger, overrides),
  'inventory-svc': (logger, overrides) => startInventory(loadConfigOrExit(InventoryConfig, env), logger, overrides),
  'loyalty-svc': (logger, overrides) => startLoyalty(loadConfigOrExit(LoyaltyConfig, env), logger, overrides),
};

/** Writes first, in one call to the system: what is not in the file was no hit. */
function die(arming: number, point: string): Promise<never> {
  const hit: CrashHit = { arming, point, instance, at: Date.now() };
  appendFileSync(env[variables.hitsFile] ?? '', `${JSON.stringify(hit)}\n`);
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

const tell = (report: Report) => {
  if (process.connected) process.send?.(report);
};

const gate = createCrashGate(die);
const clock = createShiftingClock();

process.on('message', (message) => {
  const order = message as Order;
  switch (order.order) {
    case 'arm':
      return gate.arm(order.arming, order.point, order.pass);
    case 'disarm':
      return gate.disarm();
    case 'shift clock':
      clock.shift(order.ms);
      return tell({ report: 'clock shifted', ms: order.ms });
    default:
      order satisfies never;
  }
});

let counts: Record<string, number> = {};
function observe(outcomes: readonly Outcome[]): void {
  for (const { result } of outcomes) counts[result] = (counts[result] ?? 0) + 1;
}
setInterval(() => {
  if (Object.keys(counts).length === 0) return;
  tell({ report: 'observed', counts });
  counts = {};
}, REPORT_MS).unref();

const logger = createLogger({ name, level: env.LOG_LEVEL ?? 'warn' });
await mutant?.plant?.();
await runService({
  name,
  logger,
  start: () =>
    starters[name](logger, {
      clock,
      observe,
      decorate: (ports) => announcing(gate)(mutant?.decorate ? mutant.decorate(ports) : ports),
    }),
});
