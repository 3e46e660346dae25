import { type LetterHead, typeOf } from './letters.ts';
import { cut, plural, printable, table } from './words.ts';

/** Letters that died the same way: one group, event type, status and error. */
export type LetterGroup = {
  group: string;
  type: string;
  status: string;
  error: string;
  count: number;
  /** How many of them were put aside. */
  aside: number;
  oldest: Date;
  newest: Date;
  topics: string[];
  ids: string[];
};

const IDS_SHOWN = 3;
const ERROR_SHOWN = 110;

/** What differs from letter to letter of one cause: ids and numbers. */
export const causeOf = ({ code, error }: Pick<LetterHead, 'code' | 'error'>): string => {
  const words = error
    .split('\n', 1)
    .join('')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '<id>')
    .replace(/\b\d+\b/g, '<n>');
  return code === 'parked_behind' || words === '' ? code : `${code}: ${words}`;
};

/** The most first. */
export function groupLetters(letters: readonly LetterHead[]): LetterGroup[] {
  const grouped = Map.groupBy(letters, (letter) => `${letter.group}\n${typeOf(letter)}\n${letter.status}\n${causeOf(letter)}`);
  return [...grouped.values()].map(groupOf).sort((a, b) => b.count - a.count || a.oldest.getTime() - b.oldest.getTime());
}

function groupOf(letters: readonly LetterHead[]): LetterGroup {
  const [first] = letters as [LetterHead];
  const times = letters.map(({ at }) => at.getTime());
  return {
    group: first.group,
    type: typeOf(first),
    status: first.status,
    error: causeOf(first),
    count: letters.length,
    aside: letters.filter(({ aside }) => aside !== undefined).length,
    oldest: new Date(times.reduce((a, b) => Math.min(a, b))),
    newest: new Date(times.reduce((a, b) => Math.max(a, b))),
    topics: [...new Set(letters.map(({ topic }) => topic))],
    ids: letters.map(({ _id }) => _id),
  };
}

const time = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z');

/** For people: a line for each group, and under it the first of its letters. */
export function* linesOfGroups(found: readonly LetterGroup[]): Generator<string> {
  const total = found.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return yield 'No dead letters.';
  yield `${plural(total, 'letter')} in ${plural(found.length, 'group')}`;
  const rows = found.map(({ count, status, group, type, error, oldest, newest, aside }) => [
    String(count),
    aside > 0 ? `${status}, ${aside} aside` : status,
    group,
    type,
    time(oldest),
    time(newest),
    cut(printable(error), ERROR_SHOWN),
  ]);
  const [header, ...lines] = table([['COUNT', 'STATUS', 'GROUP', 'TYPE', 'OLDEST', 'NEWEST', 'ERROR'], ...rows]);
  yield header ?? '';
  for (const [nth, line] of lines.entries()) {
    yield line;
    const ids = found[nth]?.ids ?? [];
    for (const id of ids.slice(0, IDS_SHOWN)) yield `       ${printable(id)}`;
    if (ids.length > IDS_SHOWN) yield `       and ${ids.length - IDS_SHOWN} more: list --each names them`;
  }
}

export function* linesOfLetters(letters: readonly LetterHead[]): Generator<string> {
  if (letters.length === 0) return yield 'No dead letters.';
  const rows = letters.map((letter) => [
    printable(letter._id),
    letter.aside ? `${letter.status}, aside` : letter.status,
    typeOf(letter),
    time(letter.at),
    letter.orderId ?? '-',
    cut(printable(`${letter.code}: ${letter.error}`), ERROR_SHOWN),
  ]);
  yield* table([['ID', 'STATUS', 'TYPE', 'AT', 'ORDER', 'ERROR'], ...rows]);
}

/** Without bytes: the key as text. */
export const plainOf = ({ key, ...letter }: LetterHead) => ({ ...letter, key: key === null ? null : Buffer.from(key).toString('utf8') });
