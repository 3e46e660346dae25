import { Refusal } from './errors.ts';
import { ALONE, type Scaled, type StartOptions } from './options.ts';
import { cacheDirectory, dataDirectory } from './paths.ts';

/** The default of each port of the stack, by the variable that changes it. */
export const DEFAULT_PORTS = {
  ORDER_SVC_PORT: 4001,
  INVENTORY_SVC_PORT: 4002,
  LOYALTY_SVC_PORT: 4003,
  CONSOLE_PORT: 4000,
  KAFKA_PORT: 9092,
  MONGODB_PORT: 27_017,
} as const;

export type PortVariable = keyof typeof DEFAULT_PORTS;

/** So many brokers and so many mongods make a cluster, of which one can be away. */
const CLUSTER = 3;

export interface LocalConfig {
  readonly ports: Readonly<Record<PortVariable, number>>;
  /** The brokers' and the mongods', from KAFKA_PORT and MONGODB_PORT on; several of each are a cluster. */
  readonly kafkaPorts: readonly number[];
  readonly mongodbPorts: readonly number[];
  readonly instances: Readonly<Record<Scaled, number>>;
  /** Set when they run elsewhere: the stack does not start its own then. */
  readonly kafkaBrokers: string | undefined;
  readonly mongodbUrl: string | undefined;
  readonly operatorToken: string | undefined;
  readonly dataDir: string;
  readonly cacheDir: string;
}

export function loadConfig(env: NodeJS.ProcessEnv, { instances, isCluster }: StartOptions = ALONE): LocalConfig {
  const ports = {
    ORDER_SVC_PORT: port(env, 'ORDER_SVC_PORT'),
    INVENTORY_SVC_PORT: port(env, 'INVENTORY_SVC_PORT'),
    LOYALTY_SVC_PORT: port(env, 'LOYALTY_SVC_PORT'),
    CONSOLE_PORT: port(env, 'CONSOLE_PORT'),
    KAFKA_PORT: port(env, 'KAFKA_PORT'),
    MONGODB_PORT: port(env, 'MONGODB_PORT'),
  };
  const config: LocalConfig = {
    ports,
    kafkaPorts: inARow(ports.KAFKA_PORT, isCluster),
    mongodbPorts: inARow(ports.MONGODB_PORT, isCluster),
    instances,
    kafkaBrokers: text(env.KAFKA_BROKERS),
    mongodbUrl: text(env.MONGODB_URL),
    operatorToken: text(env.OPERATOR_TOKEN),
    dataDir: dataDirectory(env),
    cacheDir: cacheDirectory(env),
  };
  refuseTwice(config);
  return config;
}

/** The known ports that this stack itself will listen on. */
export function ownPorts({ ports, kafkaPorts, mongodbPorts, kafkaBrokers, mongodbUrl }: LocalConfig): [PortVariable, number][] {
  const { KAFKA_PORT: _, MONGODB_PORT: __, ...services } = ports;
  return [
    ...(Object.entries(services) as [PortVariable, number][]),
    ...(kafkaBrokers === undefined ? kafkaPorts.map((port): [PortVariable, number] => ['KAFKA_PORT', port]) : []),
    ...(mongodbUrl === undefined ? mongodbPorts.map((port): [PortVariable, number] => ['MONGODB_PORT', port]) : []),
  ];
}

const inARow = (first: number, isCluster: boolean): number[] =>
  Array.from({ length: isCluster ? CLUSTER : 1 }, (_, index) => first + index);

function text(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === '' ? undefined : trimmed;
}

function port(env: NodeJS.ProcessEnv, variable: PortVariable): number {
  const value = text(env[variable]);
  if (value === undefined) return DEFAULT_PORTS[variable];
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1 || number > 65_535) {
    throw new Refusal(
      `${variable} is "${value}", which is no port: set it to a number from 1 to 65535 or unset it (${DEFAULT_PORTS[variable]}).`,
    );
  }
  return number;
}

function refuseTwice(config: LocalConfig): void {
  const seen = new Map<number, PortVariable>();
  for (const [variable, number] of ownPorts(config)) {
    const other = seen.get(number);
    if (other !== undefined)
      throw new Refusal(`${other} and ${variable} are both ${number}: give each a port of its own${inARowNote(config)}.`);
    seen.set(number, variable);
  }
}

/** Why a port is meant that no variable names. */
export const inARowNote = ({ kafkaPorts }: LocalConfig): string =>
  kafkaPorts.length === 1 ? '' : ` (a cluster takes ${kafkaPorts.length} in a row from KAFKA_PORT and from MONGODB_PORT)`;
