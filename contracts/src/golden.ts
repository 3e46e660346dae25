import { existsSync, readFileSync } from 'node:fs';
import type { Topic } from './topic.ts';

/** Where the golden message of an event is, from `contracts/golden`. */
export const goldenFile = ({ name, version }: Topic, type: string): string => `${name}/${type}.v${version}.json`;

/** A message of this event as a consumer may meet it, with every field; undefined for an event that has none. */
export function goldenMessage(topic: Topic, type: string): Record<string, unknown> | undefined {
  const file = new URL(`../golden/${goldenFile(topic, type)}`, import.meta.url);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : undefined;
}
