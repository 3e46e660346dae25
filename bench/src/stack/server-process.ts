import { join } from 'node:path';
import { NODE_FLAGS } from '@microshop/local/node-flags';
import { compileCacheDirectory, REPO_DIR } from '@microshop/local/paths';
import { findFreePort } from '@microshop/local/ports';
import { type ChildHandle, launch } from '@microshop/local/processes/child';
import type { Servers } from './servers.ts';

/** One Node process that listens: an instance of a service, or a baseline. */
export type NodeServer = { readonly name: string; readonly url: string; readonly port: number; readonly child: ChildHandle };

export type NodeServerOptions = {
  name: string;
  /** Below the repository. */
  program: string;
  portVariable: string;
  environment: Readonly<Record<string, string>>;
  /** Options of Node itself. */
  nodeOptions?: readonly string[];
};

/** As production runs them, with the log in a file; it ends with this process. */
export async function launchNodeServer(
  { reaper, logDirectory, kafkaBrokers, mongodbUrl }: Servers,
  { name, program, portVariable, environment, nodeOptions = [] }: NodeServerOptions,
): Promise<NodeServer> {
  const port = await findFreePort();
  const child = launch(
    {
      name,
      command: process.execPath,
      args: [...NODE_FLAGS, ...nodeOptions, program],
      cwd: REPO_DIR,
      env: {
        ...process.env,
        NODE_ENV: 'production',
        NODE_COMPILE_CACHE: compileCacheDirectory(process.env),
        MICROSHOP_SUPERVISED: '1',
        LOG_LEVEL: 'info',
        HOST: '127.0.0.1',
        KAFKA_BROKERS: kafkaBrokers,
        MONGODB_URL: mongodbUrl,
        [portVariable]: String(port),
        ...environment,
      },
      logFile: join(logDirectory, `${name}.log`),
    },
    reaper,
  );
  return { name, url: `http://127.0.0.1:${port}`, port, child };
}

export const pidsOf = (servers: readonly NodeServer[]): number[] => servers.flatMap(({ child }) => child.pid ?? []);
