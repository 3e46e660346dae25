import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePorts } from '@microshop/local/ports';
import { createDemoShop, type DemoShop } from '@microshop/tools/demo/shop';
import { runCommand } from './command.ts';
import { root } from './engine.ts';

export const services = ['order-svc', 'inventory-svc', 'loyalty-svc', 'console'] as const;
export const IMAGE_TAG = 'test-compose';

/** A shop in containers under a name and ports of its own. */
export type Project = {
  readonly name: string;
  /** For tools on this machine: the shop's address and the operators' token. */
  readonly env: NodeJS.ProcessEnv;
  compose(...args: string[]): Promise<string>;
  /** Runs one of the shop's tools in the console's container, which has its settings. */
  tool(name: string, ...args: string[]): Promise<string>;
  /** Brings up what is named, or everything, and waits until it is ready. */
  up(...args: string[]): Promise<void>;
  /** `down`, whatever was interrupted before. */
  end(...args: string[]): Promise<void>;
  shop(): Promise<DemoShop>;
  readonly log: string;
  /** Fires when it is time to stop. */
  readonly signal: AbortSignal;
};

const { PATH, HOME, DOCKER_HOST } = process.env;
/** Nothing of what is set here for another shop. */
const surroundings = { PATH, HOME, ...(DOCKER_HOST !== undefined && { DOCKER_HOST }) };

/** Builds the images of all projects. */
export async function buildImages(log: string, signal: AbortSignal): Promise<string> {
  const env = { ...surroundings, IMAGE_TAG, DOCKER_BUILDKIT: '1' };
  await runCommand('docker', ['compose', 'build'], { cwd: root, env, log, signal });
  const sizes = await runCommand('docker', ['image', 'inspect', '--format', '{{.Size}}', ...services.map(imageOf)]);
  return sizes
    .trim()
    .split('\n')
    .map((bytes, index) => `${services[index]} ${Math.round(Number(bytes) / 1e6)} MB`)
    .join(', ');
}

export const removeImages = (): Promise<unknown> => runCommand('docker', ['image', 'rm', ...services.map(imageOf)]).catch(() => undefined);

const imageOf = (service: string): string => `microshop/${service}:${IMAGE_TAG}`;

/** The ports that the files publish. */
const PORTS = ['CONSOLE_PORT', 'KAFKA_PORT', 'KAFKA_2_PORT', 'KAFKA_3_PORT', 'MONGODB_PORT', 'MONGODB_2_PORT', 'MONGODB_3_PORT'] as const;
const SECRETS = ['operator-token', 'metrics-token', 'auth-jwt-secret'] as const;

/** `directory` holds its secrets and its log. */
export async function createProject(name: string, files: readonly string[], directory: string, signal: AbortSignal): Promise<Project> {
  const secrets = keepSecrets(join(directory, 'secrets'));
  const free = await findFreePorts(PORTS.length);
  const ports = Object.fromEntries(PORTS.map((port, index) => [port, String(free[index])]));
  const log = join(directory, `${name}.log`);
  const all = [...files, 'docker-compose.secrets.yml'].flatMap((file) => ['--file', file]);
  const compose = (args: readonly string[], stopping?: AbortSignal) =>
    runCommand('docker', ['compose', '--project-name', name, ...all, ...args], {
      cwd: root,
      env: { ...surroundings, ...ports, SECRETS_DIR: join(directory, 'secrets'), IMAGE_TAG, COMPOSE_MENU: 'false' },
      log,
      ...(stopping && { signal: stopping }),
    });
  const env = { ...surroundings, SHOP_URL: `http://127.0.0.1:${ports.CONSOLE_PORT}`, OPERATOR_TOKEN: secrets['operator-token'] };
  return {
    name,
    env,
    log,
    signal,
    compose: (...args) => compose(args, signal),
    tool: (tool, ...args) => compose(['exec', '-T', 'console', 'node', `../tools/src/${tool}.ts`, ...args], signal),
    async up(...args) {
      await compose(['up', '--no-build', '--wait', '--wait-timeout', '300', ...args], signal);
    },
    async end(...args) {
      await compose(['down', '--timeout', '20', ...args]);
    },
    shop: () => createDemoShop({ ...env, CONSOLE_URL: env.SHOP_URL }),
  };
}

/** The services' user must be able to read the files, and nobody else their directory. */
function keepSecrets(directory: string): Record<string, string> {
  mkdirSync(directory, { mode: 0o700 });
  return Object.fromEntries(
    SECRETS.map((name) => {
      const secret = randomBytes(32).toString('hex');
      writeFileSync(join(directory, name), `${secret}\n`);
      chmodSync(join(directory, name), 0o644);
      return [name, secret];
    }),
  );
}
