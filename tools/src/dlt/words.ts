/** What is printed may come from a record that nobody could read: no control sequence of it reaches the terminal. */
export const printable = (text: string): string =>
  [...text]
    .map((char) => (isControl(char.codePointAt(0) ?? 0) ? `\\x${(char.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}` : char))
    .join('');

/** C0, C1 and the marks that turn the direction of writing round. */
const isControl = (code: number): boolean =>
  code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);

export const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

export const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Columns as wide as what is in them; the last one is left as it is. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '));
}
