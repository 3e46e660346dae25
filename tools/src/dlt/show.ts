import type { DeadLetter } from '@microshop/chassis/consumer/dead-letter';
import type { DeadLetterAction } from '@microshop/chassis/consumer/dead-letter-action';
import { outcomeOf } from './actions.ts';
import { plainOf } from './groups.ts';
import { type LetterHead, typeOf } from './letters.ts';
import { printable } from './words.ts';

/** A letter with all that belongs to it. */
export type Shown = { letter: DeadLetter; queue: readonly LetterHead[]; actions: readonly DeadLetterAction[] };

export function* linesOfShown({ letter, queue, actions }: Shown): Generator<string> {
  const { _id, status, topic, partition, offset, key, code, error, attempts, at, orderId, aside } = letter;
  yield `${printable(_id)}  ${status}${aside ? `, put aside by ${aside.by} on ${aside.at.toISOString()}: ${printable(aside.note)}` : ''}`;
  yield `  event     ${typeOf(letter)}${orderId === undefined ? '' : ` of order ${orderId}`}`;
  yield `  record    ${topic}/${partition}@${offset}`;
  yield `  key       ${key === null ? 'none' : bytesAsText(key)}`;
  yield `  error     ${printable(`${code}: ${error}`)}`;
  yield `  attempts  ${attempts}, the last on ${at.toISOString()}`;
  yield '  headers';
  for (const [name, content] of Object.entries(letter.headers)) yield `    ${printable(name)}: ${bytesAsText(content)}`;
  yield '  value';
  for (const line of linesOfValue(letter.value)) yield `    ${line}`;
  if (queue.length > 0) yield '  park: one after the other, the first is replayed first';
  for (const [nth, waiting] of queue.entries())
    yield `    ${nth + 1}. ${printable(waiting._id)}  ${waiting.status}  ${typeOf(waiting)}${waiting._id === _id ? '  (this one)' : ''}`;
  yield actions.length === 0 ? '  history: nothing was done with it yet' : '  history';
  for (const action of actions) yield `    ${lineOf(action, letter)}`;
}

function lineOf(action: DeadLetterAction, letter: DeadLetter): string {
  const { at, by, reason, action: name } = action;
  const { outcome = 'under way', detail } = action.outcome ? action : (outcomeOf(action, letter) ?? {});
  return printable(`${at.toISOString()}  ${by}  ${name}${reason ? ` (${reason})` : ''}: ${outcome}${detail ? `, ${detail}` : ''}`);
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function textOf(bytes: string | Uint8Array): string | undefined {
  if (typeof bytes === 'string') return bytes;
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function bytesAsText(bytes: string | Uint8Array): string {
  const text = textOf(bytes);
  return text === undefined ? `0x${Buffer.from(bytes).toString('hex')}` : printable(text);
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How much of a value that nobody can read is shown. */
const BYTES_SHOWN = 1024;
const IN_A_LINE = 16;

/** JSON as JSON; anything else by its bytes. */
function* linesOfValue(value: Uint8Array | null): Generator<string> {
  if (value === null) return yield 'none (a tombstone)';
  if (value.length === 0) return yield 'empty';
  const json = jsonOf(textOf(value));
  if (json !== undefined) return yield* JSON.stringify(json, null, 2).split('\n').map(printable);
  const bytes = Buffer.from(value);
  for (let at = 0; at < Math.min(bytes.length, BYTES_SHOWN); at += IN_A_LINE) {
    const line = bytes.subarray(at, at + IN_A_LINE);
    const hex = [...line].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const ascii = [...line].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    yield `${at.toString(16).padStart(6, '0')}  ${hex.padEnd(IN_A_LINE * 3 - 1)}  ${ascii}`;
  }
  if (bytes.length > BYTES_SHOWN) yield `and ${bytes.length - BYTES_SHOWN} more bytes`;
}

/** The same as one object: text where it is text, else hexadecimal. */
export function plainOfShown({ letter: { value, headers, ...head }, queue, actions }: Shown) {
  const text = (bytes: string | Uint8Array) => textOf(bytes) ?? { hex: Buffer.from(bytes).toString('hex') };
  return {
    ...plainOf(head),
    headers: Object.fromEntries(Object.entries(headers).map(([name, content]) => [name, text(content)])),
    value: value === null ? null : (jsonOf(textOf(value)) ?? text(value)),
    park: queue.map(({ _id, status }) => ({ id: _id, status })),
    history: actions,
  };
}
