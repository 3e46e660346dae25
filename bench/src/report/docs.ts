import type { Figure, RunResult, ScenarioResult } from './result.ts';
import { isReached, spreadText, targetText } from './text.ts';

const BEGIN = '<!-- written by npm run bench -- --docs: begin -->';
const END = '<!-- written by npm run bench -- --docs: end -->';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function figureRow(figure: Figure): string {
  const { name, value, unit } = figure;
  const reached = isReached(figure);
  const target = reached === undefined ? '' : `${targetText(figure)}${reached ? '' : ', missed'}`;
  return row([name, `${value.toLocaleString('en')} ${unit}`, spreadText(figure), target]);
}

const table = ({ title, figures }: ScenarioResult): string[] => [
  `**${title}**`,
  '',
  row(['figure', 'median', 'least–most', 'target']),
  '| --- | ---: | ---: | ---: |',
  ...figures.map(figureRow),
  '',
];

function conditions({ machine, versions, commit, startedAt }: RunResult): string {
  const servers = Object.entries(versions).map(([name, version]) => `${name} ${version.replace(/^v/, '')}`);
  return `${startedAt.slice(0, 10)}, commit ${commit}; ${machine.cores} cores of ${machine.cpu}, ${machine.memoryGb} GB, load ${machine.loadBefore} before; ${servers.join(', ')}.`;
}

/** The page with the figures of this run where those of an earlier one were. */
export function withFigures(page: string, run: RunResult): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`The page has no place for figures: it needs the lines ${BEGIN} and ${END}.`);
  const figures = [conditions(run), '', ...run.scenarios.flatMap(table)].join('\n');
  return `${page.slice(0, begin + BEGIN.length)}\n\n${figures}${page.slice(end)}`;
}
