export type Result = { stage: string; seconds: number; seen: string; outcome: 'held' | 'FAILED' | 'stopped' | 'not run' };

/** The table of a run, as it stands in docs/deployment.md. */
export function summaryOf(results: readonly Result[]): string[] {
  const rows = [
    ['stage', 'took', 'what was seen'],
    ...results.map(({ stage, seconds, seen, outcome }) => [stage, `${seconds} s`, outcome === 'held' ? seen : outcome]),
  ];
  return [rows[0] ?? [], ['---', '---', '---'], ...rows.slice(1)].map((cells) => `| ${cells.join(' | ')} |`);
}
