import type { OrderRow } from '../../../src/api/index.ts';
import { ShortId } from '../../ui/index.ts';

/** Whose order it is; a guest has points, too. */
export function CustomerLink({ of: { customerId, isGuest } }: { of: Pick<OrderRow, 'customerId' | 'isGuest'> }) {
  if (customerId === null) return isGuest ? 'Guest' : 'unknown';
  const href = `/customers/${encodeURIComponent(customerId)}`;
  return isGuest ? (
    <a href={href} title={customerId}>
      Guest
    </a>
  ) : (
    <ShortId id={customerId} href={href} />
  );
}
