import { plural } from '../../dlt/words.ts';

/** What a person has to know after a restore, and what to do about it. */
const sentences = {
  order_remade: 'came after the backup and was made again from its events',
  order_without_key:
    'came after the backup and was made again from events of an older release; its idempotency key and its discount code are not known any more',
  order_broken: 'had been told to a part of the services only, and was rejected: tell its customer',
  customer_remade: 'was made after the backup over REST; name and e-mail address are not known any more: correct them (PUT /customers/ID)',
  stock_corrected: 'had units put in or taken out by hand after the backup: the level is right, the reasons are not known any more',
  stock_short: 'has more units promised than are known of: count the shelf, and adjust it (POST /products/SKU/stock)',
  hold_ended: 'was a hold that had moved on since the backup, and was ended: its cart asks again',
} as const;
export type Remark = keyof typeof sentences;

export type Remarks = { add(remark: Remark, id: string): void; lines(): Generator<string> };

/** Each remark with all whom it is about. */
export function createRemarks(): Remarks {
  const about = new Map<Remark, Set<string>>();
  return {
    add: (remark, id) => void about.getOrInsertComputed(remark, () => new Set()).add(id),
    *lines() {
      for (const [remark, ids] of about) {
        yield `${remark}: ${plural(ids.size, 'time')}. Each ${sentences[remark]}:`;
        for (const id of ids) yield `  ${id}`;
      }
    },
  };
}
