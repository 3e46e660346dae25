/** `1 stock: what it promises` as its name and the promise. */
export function partsOf(title: string): [name: string, promise: string] {
  const [name = title, ...rest] = title.split(': ');
  return [name, rest.join(': ')];
}
