import { escaped } from './escaped.ts';
import { legend } from './legend.ts';
import { SERIES } from './style.ts';

export type Bar = { label: string; parts: readonly { name: string; value: number }[] };

const WIDTH = 360;
const ROW = 44;
const BAR = 16;
const NUMBERS = 84;

const shown = (value: number): string => Number(value.toPrecision(3)).toLocaleString('en');

/** One bar below the other, each with its sum; the parts of all bars have the same colours. */
export function barChart(title: string, unit: string, bars: readonly Bar[]): string {
  const names = [...new Set(bars.flatMap(({ parts }) => parts.map(({ name }) => name)))];
  const sums = bars.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0));
  const scale = (WIDTH - NUMBERS) / Math.max(...sums, Number.MIN_VALUE);
  const rows = bars.map(({ label, parts }, row) => {
    let x = 0;
    const rects = parts.map(({ name, value }) => {
      const rect = `<rect class="f${names.indexOf(name) % SERIES}" x="${x.toFixed(1)}" y="${row * ROW + 18}" width="${(value * scale).toFixed(1)}" height="${BAR}"><title>${escaped(name)}: ${shown(value)} ${unit}</title></rect>`;
      x += value * scale;
      return rect;
    });
    const number = `<text x="${(x + 6).toFixed(1)}" y="${row * ROW + 30}">${shown(sums[row] ?? 0)} ${unit}</text>`;
    return `<text class="quiet" x="0" y="${row * ROW + 12}">${escaped(label)}</text>${rects.join('')}${number}`;
  });
  return `<figure><figcaption>${escaped(title)}</figcaption>${names.length > 1 ? legend(names) : ''}
<svg viewBox="0 0 ${WIDTH} ${bars.length * ROW}" role="img" aria-label="${escaped(title)}">${rows.join('')}</svg></figure>`;
}
