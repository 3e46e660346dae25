const MAX_BYTES = 64 * 1024;
const LEFT_OUT = '(left out)';

/** An event's data as JSON text without a guest's name and e-mail address: the console keeps no persons. What is no JSON is not kept at all. */
export function payloadWithoutPersons(value: Uint8Array | null): string {
  if (value === null) return JSON.stringify('(no value: a tombstone)');
  if (value.length > MAX_BYTES) return JSON.stringify(`(${value.length} bytes: see Topics)`);
  try {
    return JSON.stringify(JSON.parse(Buffer.from(value).toString('utf8')), withoutPerson);
  } catch {
    return JSON.stringify(`(not JSON, ${value.length} bytes: see Topics)`);
  }
}

/** `guest` whole, also of a version of the event that names more; `email` wherever it is. */
function withoutPerson(name: string, content: unknown): unknown {
  if (name === 'email') return LEFT_OUT;
  if (name !== 'guest' || typeof content !== 'object' || content === null) return content;
  return Object.fromEntries(Object.keys(content).map((field) => [field, LEFT_OUT]));
}
