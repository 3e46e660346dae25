/** What happened in a run: a hash of every step, and the steps themselves when they are asked for. */
export type Trace = {
  note(text: string): void;
  /** As `note`, for what is dear to put in words: called only when steps are kept. */
  detail(text: () => string): void;
  readonly steps: readonly string[];
  readonly hash: string;
};

export function createTrace(keep: boolean, now: () => number): Trace {
  const steps: string[] = [];
  let [low, high] = [0x811c9dc5, 0x1b873593];
  return {
    note(text) {
      for (let at = 0; at < text.length; at++) {
        low = Math.imul(low ^ text.charCodeAt(at), 0x01000193);
        high = Math.imul(high ^ low, 0x85ebca6b);
      }
      if (keep) steps.push(`${String(now()).padStart(7)} ms  ${text}`);
    },
    detail(text) {
      if (keep) steps.push(`${String(now()).padStart(7)} ms    ${text()}`);
    },
    steps,
    get hash() {
      return [low, high].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
    },
  };
}

const told = [
  'status',
  'state',
  'reason',
  'type',
  'change',
  'available',
  'reserved',
  'sold',
  'balance',
  'uses',
  'orderId',
  'quantity',
  'pending',
];

/** A document by what matters of it. */
export function inWords(document: object | undefined): string {
  if (!document) return 'none';
  const entries = Object.entries(document).filter(([name]) => told.includes(name));
  return entries.length === 0 ? 'there' : entries.map(([name, value]) => `${name} ${String(value)}`).join(', ');
}
