import { type LetterHead, lettersById, queuesOf } from './letters.ts';
import { type Plan, type PlanOptions, planReplay } from './plan.ts';
import type { Shop } from './shop.ts';

/** The plan for these letters, with what waits in their parks now. */
export async function planFor(
  shop: Pick<Shop, 'places'>,
  matched: readonly LetterHead[],
  options: Pick<PlanOptions, 'named' | 'one' | 'max'>,
): Promise<Plan> {
  const queues = await queuesOf(shop, matched);
  const known = [...matched, ...(await lettersById(shop, [...queues.values()].flat()))];
  return planReplay({ matched, known, queues, ...options });
}
