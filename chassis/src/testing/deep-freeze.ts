/** As a transaction's store gives documents in tests: the real one writes what differs from what it read, so what is changed in place would be lost. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
