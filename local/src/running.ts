// On which ports Kafka and MongoDB run for a data directory, told to the tools, which are other processes: those of a cluster follow from no setting.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalConfig } from './config.ts';
import { identify, isAlive, type ProcessIdentity } from './processes/identity.ts';

type Told = Pick<LocalConfig, 'kafkaPorts' | 'mongodbPorts'>;

const fileIn = (dataDir: string): string => join(dataDir, 'running.json');

export async function tellPorts({ dataDir, kafkaPorts, mongodbPorts }: LocalConfig): Promise<void> {
  await writeFile(fileIn(dataDir), JSON.stringify({ ...identify(process.pid), kafkaPorts, mongodbPorts }));
}

/** Those that are set, each with the others of its cluster while one runs there. */
export function runningPorts({ dataDir, kafkaPorts, mongodbPorts }: LocalConfig): Told {
  const told = readTold(dataDir);
  const whole = (set: readonly number[], running: readonly number[] = []) => (running[0] === set[0] ? running : set);
  return { kafkaPorts: whole(kafkaPorts, told?.kafkaPorts), mongodbPorts: whole(mongodbPorts, told?.mongodbPorts) };
}

function readTold(dataDir: string): Told | undefined {
  try {
    const told = JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as ProcessIdentity & Told;
    return isAlive(told) ? told : undefined;
  } catch {
    return undefined;
  }
}
