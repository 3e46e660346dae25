import { Refusal } from './errors.ts';
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

export interface LocalConfig {
  readonly ports: Readonly<Record<PortVariable, number>>;
  /** Set when they run elsewhere: the stack does not start its own then. */
  readonly kafkaBrokers: string | undefined;
  readonly mongodbUrl: string | undefined;
  readonly operatorToken: string | undefined;
  readonly dataDir: string;
  readonly cacheDir: string;
}

export function loadConfig(env: NodeJS.ProcessEnv): LocalConfig {
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
    kafkaBrokers: text(env.KAFKA_BROKERS),
    mongodbUrl: text(env.MONGODB_URL),
    operatorToken: text(env.OPERATOR_TOKEN),
    dataDir: dataDirectory(env),
    cacheDir: cacheDirectory(env),
  };
  refuseTwice(config);
  return config;
}

/** The ports that this stack itself will listen on. */
export function ownPorts(config: LocalConfig): [PortVariable, number][] {
  const external = new Set<string>();
  if (config.kafkaBrokers !== undefined) external.add('KAFKA_PORT');
  if (config.mongodbUrl !== undefined) external.add('MONGODB_PORT');
  return (Object.entries(config.ports) as [PortVariable, number][]).filter(([variable]) => !external.has(variable));
}

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
    if (other !== undefined) throw new Refusal(`${other} and ${variable} are both ${number}: give each a port of its own.`);
    seen.set(number, variable);
  }
}
