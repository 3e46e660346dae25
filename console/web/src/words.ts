import type { LetterGroup, OrderRow, ServiceHealth, TimelineEntry } from '../../src/api/index.ts';
import type { Tone } from '../ui/index.ts';

type Said = { tone: Tone; text: string };

export const orderStatus: Record<OrderRow['status'], Said> = {
  pending: { tone: 'busy', text: 'Pending' },
  confirmed: { tone: 'good', text: 'Confirmed' },
  fulfilled: { tone: 'good', text: 'Fulfilled' },
  rejected: { tone: 'bad', text: 'Rejected' },
  cancelled: { tone: 'idle', text: 'Cancelled' },
};

export const lineState: Record<OrderRow['lines'][number]['stock'], Said> = {
  asked: { tone: 'busy', text: 'Asked' },
  reserved: { tone: 'busy', text: 'Reserved' },
  sold: { tone: 'good', text: 'Sold' },
  refused: { tone: 'bad', text: 'Refused' },
  released: { tone: 'idle', text: 'Released' },
};

export const pointsState: Record<OrderRow['points']['state'], Said> = {
  asked: { tone: 'busy', text: 'Asked' },
  taken: { tone: 'good', text: 'Taken' },
  refused: { tone: 'bad', text: 'Refused' },
  earned: { tone: 'good', text: 'Earned' },
  refunded: { tone: 'idle', text: 'Refunded' },
};

export const serviceState: Record<ServiceHealth['state'], Said> = {
  ready: { tone: 'good', text: 'Ready' },
  degraded: { tone: 'warn', text: 'Degraded' },
  draining: { tone: 'idle', text: 'Stopping' },
  away: { tone: 'bad', text: 'Away' },
};

export const letterStatus: Record<LetterGroup['status'], Said> = {
  dead: { tone: 'bad', text: 'Dead' },
  parked: { tone: 'warn', text: 'Parked' },
  replayed: { tone: 'good', text: 'Replayed' },
  discarded: { tone: 'idle', text: 'Discarded' },
};

export const entryKind: Record<Exclude<TimelineEntry['kind'], 'event'>, Said> = {
  repeat: { tone: 'idle', text: 'Repeat' },
  replay: { tone: 'busy', text: 'Replay' },
  'dead-letter': { tone: 'bad', text: 'Dead letter' },
};

/** A code as words: `out_of_stock` → `out of stock`. */
export const spelled = (code: string): string => code.replaceAll('_', ' ');
