import { parseArgs } from 'node:util';
import { ToolFailure } from '../failure.ts';

export const PARTS = ['order-svc', 'inventory-svc', 'loyalty-svc', 'broker'] as const;
export type Part = (typeof PARTS)[number];

export type Demo = { name: 'oversell' } | { name: 'outage'; part: Part } | { name: 'poison' };

export const USAGE = `Usage: npm run demo -- DEMONSTRATION

Shows on the shop that runs here (npm start) what it does when things go wrong. For development only: it places orders and kills processes.

  oversell          200 orders at once for 10 units
  kill SERVICE      order-svc, inventory-svc or loyalty-svc dies (SIGKILL) while orders flow
  cut-broker        Kafka dies while orders flow
  poison            a record that nobody can read, in front of an order

Each says what it does, does it, checks what became of it and names the timeline to look at.
Exit codes: 0 the shop kept its promises, 1 it did not, 2 it could not be shown.`;

const HELP = 'npm run demo -- --help shows what there is';

/** What is to be shown; undefined when only help is asked for. */
export function demoOf(args: readonly string[]): Demo | undefined {
  const { values, positionals } = parse(args);
  const [name, ...more] = positionals;
  if (values.help || name === undefined) return undefined;
  if (name === 'kill') return { name: 'outage', part: serviceOf(more) };
  if (more.length > 0) throw new ToolFailure(`${name} takes nothing more, and "${more.join(' ')}" was given: ${HELP}.`);
  if (name === 'cut-broker') return { name: 'outage', part: 'broker' };
  if (name === 'oversell' || name === 'poison') return { name };
  throw new ToolFailure(`There is no demonstration "${name}": ${HELP}.`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } });
  } catch (error) {
    throw new ToolFailure(`${(error as Error).message.split(/[.\n]/)[0]}: ${HELP}.`);
  }
}

function serviceOf([name, ...more]: readonly string[]): Part {
  const part = PARTS.find((each) => each === name && each !== 'broker');
  if (part === undefined || more.length > 0)
    throw new ToolFailure('Name one service to kill: npm run demo -- kill order-svc, inventory-svc or loyalty-svc.');
  return part;
}
