import { Type } from 'typebox';

/** Documents the header in a route's `schema.headers`. */
export const preferHeader = {
  prefer: Type.Optional(Type.String({ description: 'RFC 7240: respond-async, or wait=N with at most 25 seconds', examples: ['wait=10'] })),
};

/** What a caller prefers (RFC 7240). */
export type Preference = {
  /** How long to wait for the outcome before answering 202; seconds, 0 when `respondAsync`. */
  waitSeconds: number;
  respondAsync: boolean;
  /** The value of Preference-Applied; absent when the caller preferred nothing that is known here. */
  applied?: string;
};

const DEFAULT_WAIT_SECONDS = 2;
const MAX_WAIT_SECONDS = 25;

/**
 * Reads `respond-async` and `wait=N` from a Prefer header; anything else, and anything malformed, is ignored, as the RFC wants.
 * `wait=0` is respond-async and above 25 is 25. With both, the wait is waited and the answer is asynchronous after it.
 */
export function parsePrefer(header: string | string[] | undefined): Preference {
  const preferences = readPreferences(header);
  const wait = waitOf(preferences.get('wait'));
  if (wait === 0 || (wait === undefined && preferences.get('respond-async') === '')) {
    return { waitSeconds: 0, respondAsync: true, applied: 'respond-async' };
  }
  if (wait === undefined) return { waitSeconds: DEFAULT_WAIT_SECONDS, respondAsync: false };
  return { waitSeconds: wait, respondAsync: false, applied: `wait=${wait}` };
}

// A comma inside quotes separates nothing.
const PREFERENCE = /(?:"[^"]*"|[^,"])+/g;

// The first of two equal preferences counts (RFC 7240, section 2); parameters after a semicolon belong to none of ours.
function readPreferences(header: string | string[] | undefined): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of [header ?? []].flat().join(',').match(PREFERENCE) ?? []) {
    const [name = '', value = ''] = (part.split(';')[0] ?? '').split('=').map((side) => side.trim());
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), value.replace(/^"(.*)"$/, '$1'));
  }
  return found;
}

function waitOf(value: string | undefined): number | undefined {
  if (value === undefined || !/^\d+$/.test(value)) return undefined;
  return Math.min(Number(value), MAX_WAIT_SECONDS);
}
