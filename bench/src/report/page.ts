import { median } from '../measure/statistics.ts';
import { type Bar, barChart } from './bars.ts';
import { escaped } from './escaped.ts';
import { lineChart } from './lines.ts';
import type { Figure, Measurement, Round, RunResult, ScenarioResult } from './result.ts';
import { style } from './style.ts';
import { isReached, mediansOf, spreadText, targetText } from './text.ts';

/** The whole run as one page that needs nothing else: no script, no font, no address. */
export function pageOf(run: RunResult): string {
  const { machine, versions, commit, startedAt } = run;
  const conditions = [
    `${machine.cores} cores of ${machine.cpu}, ${machine.memoryGb} GB, ${machine.system}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version.replace(/^v/, '')}`)
      .join(', '),
    `commit ${commit}`,
    `${startedAt.slice(0, 16).replace('T', ' ')} UTC, load before ${machine.loadBefore}`,
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Microshop, measured</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Microshop, measured</h1>
<p class="conditions">${conditions.map(escaped).join('<br>')}</p>
<p>Kafka, MongoDB, the services and the load shared these cores. CPU for each order is that of all processes but the load.
Servers that the run started were warmed up with orders, but for what is measured idle or at the start.</p>
${run.scenarios.map(section).join('\n')}
</main>
</body>
</html>
`;
}

const section = (result: ScenarioResult): string => `<section>
<h2>${escaped(result.title)}</h2>
${figureTable(result.figures)}
<div class="charts">
${[...barsOf(result), ...result.curves.map(lineChart)].join('\n')}
</div>
${checkList(result)}
</section>`;

function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const reached = isReached(figure);
    const verdict = reached === undefined ? '' : `<span class="${reached ? 'reached' : 'missed'}">${reached ? 'reached' : 'missed'}</span>`;
    return `<tr><td>${escaped(figure.name)}</td><td class="number">${figure.value.toLocaleString('en')} ${escaped(figure.unit)}</td><td class="number">${spreadText(figure)}</td><td class="number">${escaped(targetText(figure))}</td><td>${verdict}</td></tr>`;
  });
  return `<table>
<thead><tr><th>figure</th><th class="number">median</th><th class="number">least–most</th><th class="number">target</th><th></th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

/** Measurements side by side; where something grows, they are its curves. */
function barsOf({ measurements, curves }: ScenarioResult): string[] {
  if (measurements.length === 0 || curves.some(({ isLogarithmic }) => isLogarithmic)) return [];
  const bars = (partsOf: (measurement: Measurement) => Bar['parts']): Bar[] =>
    measurements.map((measurement) => ({ label: `${measurement.system}, ${measurement.label}`, parts: partsOf(measurement) }));
  const medians = (name: string, pick: (round: Round) => number) => bars(({ rounds }) => [{ name, value: median(rounds.map(pick)) }]);
  const speed = barChart(
    'Orders a second',
    '/s',
    medians('orders', ({ ordersPerSecond }) => ordersPerSecond),
  );
  const latency = barChart(
    'Latency, p99',
    'ms',
    medians('p99', ({ latencyMs }) => latencyMs.p99),
  );
  const cpu = bars((measurement) => mediansOf(measurement, ({ cpuMsPerOrder }) => cpuMsPerOrder).map(([name, value]) => ({ name, value })));
  const isKnown = cpu.some(({ parts }) => parts.length > 0);
  return [...(measurements.length > 1 ? [speed, latency] : []), ...(isKnown ? [barChart('CPU for each order', 'ms', cpu)] : [])];
}

function checkList({ checks }: ScenarioResult): string {
  if (checks.length === 0) return '';
  const items = checks.map(
    ({ what, holds, found }) =>
      `<li><span class="${holds ? 'reached' : 'missed'}">${holds ? 'holds' : 'failed'}</span> ${escaped(what)}: ${escaped(found)}</li>`,
  );
  return `<ul class="checks">${items.join('')}</ul>`;
}
