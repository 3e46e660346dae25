import { chassisMetrics } from '@microshop/chassis/metrics/catalogue';
import type { MetricDefinition } from '@microshop/chassis/metrics/definition';
import { consoleMetrics } from '@microshop/console/health/metrics';
import { inventoryMetrics } from '@microshop/inventory-svc/application/metrics';
import { orderMetrics } from '@microshop/order-svc/application/metrics';
import { auditMetrics } from './audit/metrics.ts';

type Definitions = Readonly<Record<string, MetricDefinition>>;

/** Every metric that is declared, where it is documented. */
export const metricsByService: readonly [title: string, metrics: Definitions][] = [
  ['Every service', chassisMetrics],
  ['order-svc', orderMetrics],
  ['inventory-svc', inventoryMetrics],
  ['The console, and `npm run audit -- --metrics-port`', auditMetrics],
];

/** What each process serves at `/metrics`, and nothing else of the shop's. */
export const metricsServed = {
  'order-svc': { ...chassisMetrics, ...orderMetrics },
  'inventory-svc': { ...chassisMetrics, ...inventoryMetrics },
  'loyalty-svc': chassisMetrics,
  console: { ...consoleMetrics, ...auditMetrics },
} as const satisfies Record<string, Definitions>;

const code = (content: string): string => `\`${content}\``;

const rowOf = ({ name, type, labels, help }: MetricDefinition): string =>
  `| ${code(name)} | ${type} | ${labels.map(code).join(', ')} | ${help} |`;

/** The tables of docs/metrics.md as they should be. */
export const metricTables = (): string =>
  metricsByService
    .map(([title, metrics]) =>
      [`### ${title}`, '', '| metric | type | labels | meaning |', '| --- | --- | --- | --- |', ...Object.values(metrics).map(rowOf)].join(
        '\n',
      ),
    )
    .join('\n\n');
