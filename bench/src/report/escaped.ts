const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as it may stand in HTML and in SVG. */
export const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => NAMED[character] ?? character);
