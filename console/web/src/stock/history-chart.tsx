import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { StockPoint } from '../../../src/api/index.ts';
import { counted, exact } from '../../ui/index.ts';

const HEIGHT = 220;
const lines = [
  { field: 'available', name: 'Available', colour: '--lane-1', dash: [] },
  { field: 'reserved', name: 'Reserved', colour: '--lane-2', dash: [6, 3] },
  { field: 'sold', name: 'Sold', colour: '--lane-3', dash: [2, 3] },
] as const;

/** A colour of the design as the canvas needs it: resolved for the theme that holds. */
function colourOf(host: HTMLElement, property: string): string {
  const probe = host.appendChild(document.createElement('span'));
  probe.style.color = `var(${property})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const DAY_SECONDS = 86_400;

/** Marks of the time axis: days where they are days apart, else the time of day. */
const timeMarks: uPlot.Axis.DynamicValues = (_, seconds, _axis, _space, apart) =>
  seconds.map((each) => {
    const at = new Date(each * 1000);
    if (apart >= DAY_SECONDS) return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
    return at.toLocaleTimeString('en-GB', { timeStyle: apart < 60 ? 'medium' : 'short' });
  });

const dataOf = (points: readonly StockPoint[]): uPlot.AlignedData => {
  const last = points.at(-1);
  // The last level holds until now.
  const shown = last ? [...points, { ...last, at: new Date().toISOString() }] : points;
  return [
    shown.map(({ at }) => Date.parse(at) / 1000),
    ...lines.map(({ field }) => shown.map((point) => point[field])),
  ] as uPlot.AlignedData;
};

function optionsFor(host: HTMLElement): uPlot.Options {
  const axis = {
    stroke: colourOf(host, '--text-soft'),
    grid: { stroke: colourOf(host, '--line'), width: 1 },
    ticks: { stroke: colourOf(host, '--line'), width: 1 },
    font: `12px ${getComputedStyle(host).fontFamily}`,
  };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    width: host.clientWidth,
    height: HEIGHT,
    scales: { y: { range: (_, _least, most) => [0, Math.max(1, most * 1.08)] } },
    axes: [
      { ...axis, values: timeMarks, space: 90 },
      { ...axis, size: 56, values: (_, values) => values.map((value) => (Number.isInteger(value) ? String(value) : '')) },
    ],
    series: [
      { value: (_, seconds) => (seconds === null ? '–' : exact(new Date(seconds * 1000).toISOString())), label: 'Time' },
      ...lines.map(({ name, colour, dash }) => ({
        label: name,
        stroke: colourOf(host, colour),
        width: 1.75,
        dash: [...dash],
        points: { show: false },
        ...(stepped && { paths: stepped }),
      })),
    ],
  };
}

/** Levels over time as steps. The lines differ in dashes too; the ledger below has the same as text. */
export function HistoryChart({ points }: { points: readonly StockPoint[] }) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);

  useEffect(() => {
    const { current } = host;
    if (current === null) return;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const draw = () => {
      chart.current?.destroy();
      chart.current = new uPlot(optionsFor(current), dataOf(points), current);
    };
    const sizes = new ResizeObserver(() => chart.current?.setSize({ width: current.clientWidth, height: HEIGHT }));
    draw();
    sizes.observe(current);
    dark.addEventListener('change', draw);
    return () => {
      dark.removeEventListener('change', draw);
      sizes.disconnect();
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, [points]);

  return (
    <div
      ref={host}
      class="chart"
      role="img"
      aria-label={`Stock over time, ${counted(points.length, 'level')}; the ledger below lists the changes.`}
    />
  );
}
