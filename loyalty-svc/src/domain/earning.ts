/** The points that an order earns: one for each full `spendPerPoint` of its total, both in minor units. */
export const pointsEarned = (totalPrice: number, spendPerPoint: number): number => Math.floor(totalPrice / spendPerPoint);
