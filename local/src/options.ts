// What `npm start` is asked for on its command line.
import { parseArgs } from 'node:util';
import { Refusal } from './errors.ts';

export const SCALED = ['order-svc', 'inventory-svc', 'loyalty-svc'] as const;
export type Scaled = (typeof SCALED)[number];

/** As many as a topic has partitions: one more would have none. */
const MOST_INSTANCES = 12;

export interface StartOptions {
  /** How many instances of each service. */
  readonly instances: Readonly<Record<Scaled, number>>;
  /** Three brokers and three mongods instead of one each. */
  readonly isCluster: boolean;
}

export const ALONE: StartOptions = { instances: instancesOf(), isCluster: false };

export const USAGE = `Usage: npm start -- [--scale N | --scale SERVICE=N,…] [--cluster]

Starts the shop: Kafka, MongoDB, the services and the console. Ctrl-C stops all of it.

  --scale 3                              three instances of each service
  --scale inventory-svc=3,order-svc=2    so many of these, one of the other
  --cluster                              three brokers and three mongods, each record on all of them; data of its own`;

/** Undefined when only help is asked for. */
export function startOptions(args: readonly string[]): StartOptions | undefined {
  const { values } = parse(args);
  if (values.help) return undefined;
  return { instances: instancesOf(values.scale), isCluster: values.cluster ?? false };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { scale: { type: 'string' }, cluster: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new Refusal(`${(error as Error).message.split('\n')[0]}: npm start -- --help shows what there is.`);
  }
}

function instancesOf(scale = '1'): Record<Scaled, number> {
  if (!scale.includes('=')) {
    const number = numberOf(scale);
    return { 'order-svc': number, 'inventory-svc': number, 'loyalty-svc': number };
  }
  const instances = instancesOf();
  for (const part of scale.split(',')) {
    const [name = '', number = ''] = part.split('=', 2);
    instances[serviceOf(name)] = numberOf(number);
  }
  return instances;
}

function serviceOf(name: string): Scaled {
  const service = SCALED.find((each) => each === name.trim());
  if (service === undefined) throw new Refusal(`--scale names "${name}", which is none of ${SCALED.join(', ')}.`);
  return service;
}

function numberOf(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= MOST_INSTANCES) return number;
  throw new Refusal(
    `--scale is given "${text}": give a whole number from 1 to ${MOST_INSTANCES}, or SERVICE=N,…; a topic has ${MOST_INSTANCES} partitions, and one more instance would have none.`,
  );
}
