import { escaped } from './escaped.ts';
import { legend } from './legend.ts';
import type { Curve } from './result.ts';
import { SERIES } from './style.ts';

const WIDTH = 360;
const HEIGHT = 200;
const LEFT = 56;
const RIGHT = 16;
const TOP = 12;
const BOTTOM = 40;
const STEPS = 4;

/** A round number at or above: 1, 2, 2.5 or 5 with zeros. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5].find((factor) => factor * power >= value) ?? 10) * power;
}

const short = (value: number): string =>
  value >= 1e6 ? `${value / 1e6}M` : value >= 10_000 ? `${value / 1e3}k` : String(Number(value.toPrecision(3)));

/** Lines over one axis, from zero upwards; a logarithmic axis has zero where one is. */
export function lineChart({ title, x, y, isLogarithmic, lines }: Curve): string {
  const points = lines.flatMap((line) => line.points);
  const place = (value: number) => (isLogarithmic ? Math.log10(Math.max(1, value)) : value);
  const [from, to] = [Math.min(...points.map((point) => place(point.x))), Math.max(...points.map((point) => place(point.x)))];
  const top = roundUp(Math.max(...points.map((point) => point.y), 0));
  const xOf = (value: number) => LEFT + ((place(value) - from) / Math.max(to - from, Number.EPSILON)) * (WIDTH - LEFT - RIGHT);
  const yOf = (value: number) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const grid = Array.from({ length: STEPS + 1 }, (_, step) => {
    const value = (top / STEPS) * step;
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${yOf(value)}" y2="${yOf(value)}"/><text class="quiet" x="${LEFT - 8}" y="${yOf(value) + 4}" text-anchor="end">${short(value)}</text>`;
  });
  const dot = (name: string, point: { x: number; y: number }, index: number) =>
    `<circle class="f${index % SERIES}" cx="${xOf(point.x).toFixed(1)}" cy="${yOf(point.y).toFixed(1)}" r="3.5"><title>${escaped(name)}, ${short(point.x)} ${escaped(x)}: ${short(point.y)}</title></circle>`;
  const drawn = lines.map(({ name, points: ofLine }, index) => {
    const path = ofLine.map((point) => `${xOf(point.x).toFixed(1)},${yOf(point.y).toFixed(1)}`).join(' ');
    const dots = ofLine.length > 20 ? [] : ofLine.map((point) => dot(name, point, index));
    return `<polyline class="l${index % SERIES}" points="${path}"/>${dots.join('')}`;
  });
  const ticks = ticksOf(points.map((point) => point.x)).map(
    (value) => `<text class="quiet" x="${xOf(value)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${short(value)}</text>`,
  );
  const axis = `<text class="quiet" x="${WIDTH - RIGHT}" y="${HEIGHT - 4}" text-anchor="end">${escaped(x)}</text>`;
  return `<figure><figcaption>${escaped(title)}, ${escaped(y)}</figcaption>${lines.length > 1 ? legend(lines.map(({ name }) => name)) : ''}
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">${grid.join('')}${drawn.join('')}${ticks.join('')}${axis}</svg></figure>`;
}

const MOST_TICKS = 8;

/** Where something was measured; of many places a few. */
function ticksOf(values: readonly number[]): number[] {
  const all = [...new Set(values)].sort((a, b) => a - b);
  const step = Math.ceil(all.length / MOST_TICKS);
  return all.filter((_, index) => index % step === 0);
}
