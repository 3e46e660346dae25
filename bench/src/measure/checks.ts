import { stock } from '@microshop/inventory-svc/application/collections';
import { received } from '@microshop/inventory-svc/domain/stock';
import { linesOf } from '@microshop/tools/audit/audit';
import type { Auditor } from '@microshop/tools/audit/auditor';
import { type Databases, of } from '@microshop/tools/databases';
import { type Assortment, stockOf } from '../fill/assortment.ts';
import type { Check } from '../report/result.ts';

const REST_MS = 120_000;

/** Every invariant, of what has changed since then, once all is at rest. */
export async function audited(auditor: Auditor, since: Date): Promise<Check> {
  const report = await auditor.run({ since, restMs: REST_MS });
  const wrong = [...linesOf(report)].filter((line) => /^(VIOLATED|UNSETTLED)/.test(line));
  const isGreen = report.verdict === 'green';
  return { what: 'the audit is green', holds: isGreen, found: isGreen ? `green after ${report.durationMs} ms` : wrong.join('; ') };
}

/** No counter below zero, and of each SKU as many units as came in. */
export async function soldOnce(databases: Databases, assortment: Assortment): Promise<Check> {
  const unitsOf = new Map(stockOf(assortment).map(({ sku, units }) => [sku, units]));
  const levels = of(databases['inventory-svc'], stock).find({ _id: { $regex: `^${assortment.prefix}-` } });
  const wrong: string[] = [];
  for await (const level of levels) {
    const isBelow = level.available < 0 || level.reserved < 0 || level.sold < 0;
    if (isBelow || received(level) !== unitsOf.get(level._id)) wrong.push(level._id);
    unitsOf.delete(level._id);
  }
  wrong.push(...unitsOf.keys());
  const found = wrong.length === 0 ? 'each has as many units as came in' : `wrong: ${wrong.length} SKUs, ${wrong.slice(0, 5).join(', ')}`;
  return { what: 'no unit is sold twice', holds: wrong.length === 0, found };
}
