import { median, significant, spreadOf } from '../measure/statistics.ts';
import type { Figure, Round } from '../report/result.ts';

/** The median over rounds, and how far they lie apart. */
export function figureOf(
  rounds: readonly Round[],
  name: string,
  unit: string,
  pick: (round: Round) => number,
  target?: Figure['target'],
): Figure {
  return figureOfValues(rounds.map(pick), name, unit, target);
}

export function figureOfValues(values: readonly number[], name: string, unit: string, target?: Figure['target']): Figure {
  return {
    ...{ name, unit, value: significant(median(values), 4) },
    ...(values.length > 1 && { spread: spreadOf(values) }),
    ...(target && { target }),
  };
}

/** How many times the orders of the other, round by round: what disturbs the machine disturbs both of a pair. None in a round counts as one. */
export function ratioOf(rounds: readonly Round[], others: readonly Round[], name: string, atLeast: number | undefined): Figure {
  const ratios = rounds.flatMap((round, index) => {
    const other = others[index];
    return other ? [significant(round.ordersPerSecond / Math.max(other.ordersPerSecond, 1 / other.seconds))] : [];
  });
  return figureOfValues(ratios, name, '×', atLeast === undefined ? undefined : { atLeast });
}
