import type { DeadLetter } from '@microshop/chassis/consumer/dead-letter';
import { inboxCollection } from '@microshop/chassis/inbox/inbox';
import { explainInventory } from './explain-inventory.ts';
import { explainLoyalty } from './explain-loyalty.ts';
import { explainOrders } from './explain-orders.ts';
import type { EventData, Explainer, OrderNow } from './explainer.ts';
import type { WhatIf } from './what-if.ts';

const BURIED = 'would be buried again';

/** In words what replaying a letter would do now. */
export function explain(whatIf: WhatIf, order: OrderNow): string {
  switch (whatIf.result) {
    case 'handled':
      return explainEffect(whatIf, order);
    case 'dead':
      return explainFailure(whatIf);
    case 'duplicate':
      return 'its event was handled since: nothing would change';
    case 'skipped':
      return 'nobody here handles it any more: it would be done with, nothing else would change';
    case 'parked':
      return `waits behind ${firstOfPark(whatIf)}: would not be handled`;
    case 'retried':
      return 'can not be tried now';
    default:
      return whatIf.result satisfies never;
  }
}

const firstOfPark = ({ letter: { parkedUnder = '' }, present }: WhatIf): string =>
  present(inboxCollection, parkedUnder)?.queue?.[0] ?? 'another letter';

function explainFailure({ failure }: WhatIf): string {
  const { code, error } = failure ?? { code: 'unknown', error: '' };
  if (code === 'schema_violation') return `still breaks its schema: ${BURIED} (${error})`;
  if (code === 'handler_failed') return `its handler would fail again: ${BURIED} (${error})`;
  return `still can not be read (${code}): ${BURIED} (${error})`;
}

function explainEffect(whatIf: WhatIf, order: OrderNow): string {
  const data = dataOf(whatIf.letter);
  const words = explainers[whatIf.letter.group]?.(whatIf, data, order);
  return words ?? generic(whatIf);
}

const explainers: Readonly<Record<string, Explainer>> = {
  'order-svc': explainOrders,
  'inventory-svc': explainInventory,
  'loyalty-svc': explainLoyalty,
};

const dataOf = ({ value }: DeadLetter): EventData => (value ? JSON.parse(Buffer.from(value).toString('utf8')) : {});

/** For an event that no explainer knows yet. */
function generic({ changes, published }: WhatIf): string {
  if (changes.length === 0 && published.length === 0) return 'nothing would change';
  const writes = changes.map(({ collection, id }) => `${collection} ${id}`).join(', ');
  return `would write ${writes || 'nothing'}${published.length > 0 ? ` and tell ${published.map(({ type }) => type).join(', ')}` : ''}`;
}
