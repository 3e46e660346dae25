import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

type Compose = { services: Record<'kafka' | 'mongo', { image: string }> };

/** The broker and the database that docker-compose.yml runs. */
export function containerImages(): { kafka: string; mongo: string } {
  const { services } = parse(readFileSync(join(import.meta.dirname, '../../docker-compose.yml'), 'utf8')) as Compose;
  return { kafka: services.kafka.image, mongo: services.mongo.image };
}
