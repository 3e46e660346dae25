import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Engine } from '../support/backend.ts';
import { askEngineForImages } from '../support/container-engine.ts';
import { runCommand } from './command.ts';

export const root = join(import.meta.dirname, '../..');

type Compose = { services: Record<string, { image?: string; build?: unknown; profiles?: string[] }> };

/** What the images are built on, and what runs without being built. */
export function imagesOf(dockerfile: string, composeFile: string): string[] {
  const bases = [...dockerfile.matchAll(/^FROM (\S+:\S+)/gm)].map(([, image = '']) => image);
  const { services } = parse(composeFile, { merge: true }) as Compose;
  const run = Object.values(services).flatMap(({ image, build, profiles }) => (image && !build && !profiles ? [image] : []));
  return [...new Set([...bases, ...run])];
}

/** Whether there is an engine with compose, and the images. */
export async function askEngine(report: (message: string) => void): Promise<Engine> {
  const text = (file: string) => readFileSync(join(root, file), 'utf8');
  const engine = await askEngineForImages(imagesOf(text('Dockerfile'), text('docker-compose.yml')), report);
  if (!engine.usable) return engine;
  try {
    const version = await runCommand('docker', ['compose', 'version', '--short'], { timeoutMs: 10_000 });
    return { usable: true, what: `compose ${version.trim()} on ${engine.what}` };
  } catch {
    return {
      usable: false,
      missing: 'the engine answers, and docker compose does not',
      remedy: 'install the docker command and its compose plugin',
    };
  }
}
