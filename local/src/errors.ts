/** A failure that its message explains to the person at the terminal in one sentence: shown without a stack trace. */
export class Refusal extends Error {
  override name = 'Refusal';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node or driver error, if it has one. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
