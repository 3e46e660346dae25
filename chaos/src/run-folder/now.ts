/** Milliseconds since 1970 of a clock that is never set: what the runner writes is in the order in which it happened. */
export const now = (): number => performance.timeOrigin + performance.now();
