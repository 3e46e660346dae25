import { chassisMetrics } from '@microshop/chassis/metrics/catalogue';
import type { MetricDefinition } from '@microshop/chassis/metrics/definition';
import { inventoryMetrics } from '@microshop/inventory-svc/application/metrics';
import { orderMetrics } from '@microshop/order-svc/application/metrics';

/** Every metric that a service declares, by who serves it. */
export const metricsByService: readonly [title: string, metrics: Readonly<Record<string, MetricDefinition>>][] = [
  ['Every service', chassisMetrics],
  ['order-svc', orderMetrics],
  ['inventory-svc', inventoryMetrics],
];

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
