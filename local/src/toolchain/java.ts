import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Refusal } from '../errors.ts';
import { runTool } from '../processes/run-tool.ts';
import type { Toolchain } from './toolchain.ts';

export interface Java {
  readonly command: string;
  readonly version: string;
  readonly major: number;
  /** Changes with whatever makes a class archive of another JVM unusable. */
  readonly fingerprint: string;
}

const MINIMUM = 17;
const ADVICE = 'install a JRE of 17 or later (Debian: apt install openjdk-17-jre-headless) and put it on PATH or set JAVA_HOME';

export function parseJavaProperties(output: string): Map<string, string> {
  return new Map(Array.from(output.matchAll(/^\s+(java\.[\w.]+) = (.*)$/gm), (match) => [match[1] ?? '', match[2] ?? '']));
}

export async function findJava(toolchain: Toolchain): Promise<Java> {
  const home = toolchain.env.JAVA_HOME;
  const command = home === undefined || home === '' ? 'java' : join(home, 'bin', 'java');
  const shown = await runTool(command, ['-XshowSettings:properties', '-version'], { ...toolchain, timeoutMs: 20_000 });
  const properties = parseJavaProperties(shown.output);
  const major = Number(properties.get('java.specification.version'));
  if (!shown.ok || Number.isNaN(major)) {
    const where = command === 'java' ? 'is not on PATH' : `does not run at ${command} (JAVA_HOME)`;
    throw new Refusal(`Kafka needs Java ${MINIMUM} or later, and java ${where}: ${ADVICE}.`);
  }
  const version = properties.get('java.version') ?? String(major);
  if (major < MINIMUM) throw new Refusal(`Kafka needs Java ${MINIMUM} or later, and ${command} is Java ${version}: ${ADVICE}.`);
  const identity = ['java.vm.version', 'java.vm.vendor', 'java.home'].map((name) => properties.get(name)).join('\n');
  return { command, version, major, fingerprint: createHash('sha256').update(identity).digest('hex').slice(0, 8) };
}
