import { createHash } from 'node:crypto';
import type { DeadLetter } from '@microshop/chassis/consumer/dead-letter';
import { refused } from '@microshop/chassis/errors';
import { DltFailure } from '@microshop/tools/dlt/failure';
import { causeOf, groupLetters, type LetterGroup } from '@microshop/tools/dlt/groups';
import { findLetters, type LetterHead, letterNamed, typeOf } from '@microshop/tools/dlt/letters';
import type { Filter } from '@microshop/tools/dlt/options';
import type { Target } from '../api/dead-letters.ts';
import type { Shop } from './shop.ts';

const OPEN = ['dead', 'parked'] as const;
const ALL = [...OPEN, 'replayed', 'discarded'] as const;

export const statusesOf = (status: string | undefined): Filter['statuses'] =>
  status === 'all' ? ALL : status === undefined || status === 'open' ? OPEN : ALL.filter((each) => each === status);

/** The same for the same cause, as long as there is one such letter. */
const idOf = (parts: readonly string[]): string => createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);

export const groupIdOf = (letter: LetterHead): string => idOf([letter.group, typeOf(letter), letter.status, causeOf(letter)]);

export type Grouped = LetterGroup & { groupId: string };

export const grouped = (letters: readonly LetterHead[]): Grouped[] =>
  groupLetters(letters).map((group) => ({ ...group, groupId: idOf([group.group, group.type, group.status, group.error]) }));

/** The letters of a group, oldest first. */
export async function lettersInGroup(shop: Shop, groupId: string, statuses: Filter['statuses'] = OPEN): Promise<LetterHead[]> {
  return (await findLetters(shop, { statuses })).filter((letter) => groupIdOf(letter) === groupId);
}

export async function letterById(shop: Shop, letterId: string): Promise<DeadLetter> {
  try {
    return await letterNamed(shop, letterId);
  } catch (error) {
    if (error instanceof DltFailure) throw refused(404, 'unknown_letter', `There is no dead letter ${letterId}.`);
    throw error;
  }
}

/** What a target names, oldest first; refused when that is nothing. */
export async function lettersOfTarget(shop: Shop, target: Target): Promise<LetterHead[]> {
  if ('letterId' in target) return [await letterById(shop, target.letterId)];
  const letters = await lettersInGroup(shop, target.groupId);
  if (letters.length === 0)
    throw refused(
      404,
      'unknown_group',
      'This group has no open letters any more: they were replayed, discarded, or died anew of something else.',
    );
  return letters;
}
