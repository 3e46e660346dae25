/** An invariant that does not hold, and the order that shows it. */
export type Violation = { invariant: string; text: string; orderId?: string };

export type Report = (violation: Violation) => void;
