/** What only one fault at a time may have. */
export type Claims = {
  /** All of these, or undefined when somebody has one of them; the answer gives them back. */
  take(names: readonly string[]): (() => void) | undefined;
  /** Resolves when something was given back. */
  change(): Promise<void>;
};

export function createClaims(): Claims {
  const taken = new Set<string>();
  let given = Promise.withResolvers<void>();
  return {
    take(names) {
      if (names.some((name) => taken.has(name))) return undefined;
      for (const name of names) taken.add(name);
      return () => {
        for (const name of names) taken.delete(name);
        given.resolve();
        given = Promise.withResolvers();
      };
    },
    change: () => given.promise,
  };
}
