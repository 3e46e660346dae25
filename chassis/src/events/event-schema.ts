import type { Topic } from '@microshop/contracts';
import { Compile, type Validator } from 'typebox/compile';

const compiled = new WeakMap<Topic, Map<string, Validator>>();

/** The compiled schema of an event type on a topic; undefined when the contract does not know the type. */
export function checkOf(topic: Topic, type: string): Validator | undefined {
  if (!Object.hasOwn(topic.events, type)) return undefined;
  const ofTopic = compiled.get(topic) ?? new Map<string, Validator>();
  compiled.set(topic, ofTopic);
  const check = ofTopic.get(type) ?? (Compile(topic.events[type] as never) as Validator);
  ofTopic.set(type, check);
  return check;
}

/** The first faults in words: where and what, never the value. */
export const faultsOf = (check: Validator, data: unknown): string =>
  check
    .Errors(data)
    .slice(0, 5)
    .map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
    .join('; ');
