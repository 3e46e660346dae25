import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort, findFreePorts } from '@microshop/local/ports';
import { descendants } from '@microshop/local/processes/descendants';
import { expect, vi } from 'vitest';
import { createShop, OPERATOR_TOKEN, type Shop } from './shop.ts';

export const root = join(import.meta.dirname, '../..');

export type NpmStart = {
  /** The one that all others descend from. */
  process: ChildProcess;
  env: NodeJS.ProcessEnv;
  consoleUrl: string;
  shop: Shop;
  output(): string;
  pids(): number[];
  pidOf(command: string): number | undefined;
  ready(): Promise<void>;
  stop(): Promise<void>;
};

/** `npm start` as a user runs it, without a terminal, on free ports and with data of its own. */
export async function npmStart(...options: string[]): Promise<NpmStart> {
  const directory = await mkdtemp(join(tmpdir(), 'microshop-start-'));
  const services = await Promise.all(Array.from({ length: 4 }, () => findFreePort()));
  // A cluster takes three in a row.
  const servers = [await findFreePorts(3), await findFreePorts(3)].map(([first]) => first);
  const [order, inventory, loyalty, consolePort, kafka, mongodb] = [...services, ...servers].map(String);
  const env = {
    ...process.env,
    MICROSHOP_DATA_DIR: join(directory, 'data'),
    OPERATOR_TOKEN,
    ORDER_SVC_PORT: order,
    INVENTORY_SVC_PORT: inventory,
    LOYALTY_SVC_PORT: loyalty,
    CONSOLE_PORT: consolePort,
    KAFKA_PORT: kafka,
    MONGODB_PORT: mongodb,
  };
  const start = spawn(process.execPath, ['local/src/start.ts', ...options], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [start.stdout, start.stderr]) stream.on('data', (text) => (output += text));
  const family = () => descendants(start.pid ?? 0);
  return {
    process: start,
    env,
    consoleUrl: `http://127.0.0.1:${consolePort}`,
    shop: createShop({
      order: `http://127.0.0.1:${order}`,
      inventory: `http://127.0.0.1:${inventory}`,
      loyalty: `http://127.0.0.1:${loyalty}`,
    }),
    output: () => output,
    pids: () => family().map(({ pid }) => pid),
    pidOf: (command) => family().find((one) => one.command.includes(command))?.pid,
    async ready() {
      await vi.waitFor(() => expect(output).toMatch(/^Microshop is ready$/m), { timeout: 120_000, interval: 100 });
    },
    async stop() {
      if (start.exitCode === null) {
        start.kill('SIGTERM');
        await once(start, 'exit');
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
}
