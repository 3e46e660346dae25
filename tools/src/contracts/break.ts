/** A change that somebody does not get along with: `breaks <whom>: <what> (<where>)`. */
export type Break = { readonly whom: string; readonly what: string; readonly where: string };

/** One sentence for each break, however many releases it breaks. */
export function verdict(breaksByRelease: ReadonlyMap<string, readonly Break[]>): string[] {
  const releases = new Map<string, string[]>();
  for (const [release, breaks] of breaksByRelease)
    for (const { whom, what, where } of breaks) releases.getOrInsert(`breaks ${whom}: ${what} (${where}`, []).push(release);
  return [...releases].map(([sentence, broken]) => `${sentence}, released in ${broken.join(', ')})`);
}
