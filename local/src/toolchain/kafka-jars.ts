import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Refusal } from '../errors.ts';
import { lastLine, runTool } from '../processes/run-tool.ts';
import { exists, makeOnce, type Toolchain } from './toolchain.ts';

const POM = fileURLToPath(new URL('../../kafka/pom.xml', import.meta.url));
const pom = readFileSync(POM, 'utf8');

/** The broker's version, from the pom that lists its jars. */
export const KAFKA_VERSION = /<kafka\.version>([^<]+)</.exec(pom)?.[1] ?? 'unknown';

/** Where the jars of this pom live in the cache. */
export function kafkaDirectory(cacheDir: string): string {
  return join(cacheDir, `kafka-${KAFKA_VERSION}-${createHash('sha256').update(pom).digest('hex').slice(0, 8)}`);
}

export async function ensureKafkaJars(toolchain: Toolchain): Promise<string> {
  const target = join(kafkaDirectory(toolchain.cacheDir), 'lib');
  if (await exists(target)) return target;
  toolchain.report(`fetching Kafka ${KAFKA_VERSION} with Maven (43 MB, once)`);
  return makeOnce(toolchain, target, async (directory) => {
    const goal = ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${directory}`];
    const copied = await runTool('mvn', goal, { ...toolchain, timeoutMs: 600_000 });
    if (copied.missing)
      throw new Refusal(`Kafka ${KAFKA_VERSION} is fetched with Maven, and mvn is not on PATH: install it (Debian: apt install maven).`);
    if (!copied.ok)
      throw new Refusal(`Maven could not fetch Kafka ${KAFKA_VERSION} (${mavenError(copied.output)}): check the network and start again.`);
    if (!(await readdir(directory)).some((jar) => jar.startsWith('kafka_')))
      throw new Refusal(`Maven fetched no Kafka jars with ${POM}: start again.`);
  });
}

function mavenError(output: string): string {
  const line = output.split('\n').find((text) => text.includes('[ERROR]'));
  return (line ?? lastLine(output)).replace(/^.*\[ERROR\]\s*/, '').slice(0, 200);
}
