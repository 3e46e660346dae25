import type { ServiceName, Topic } from '@microshop/contracts';
import { asyncApiOf } from '@microshop/contracts/asyncapi';
import { goldenMessage } from '@microshop/contracts/golden';
import type { HttpServer } from './instance.ts';

export type AsyncApiSource = { name: ServiceName; version: string; description: string; topics: readonly Topic[] };

/** Serves what the service sends and receives as an AsyncAPI 3 document at `/asyncapi.json`. */
export function serveAsyncApi(app: HttpServer, { name, version, description, topics }: AsyncApiSource): void {
  const document = asyncApiOf({ info: { title: name, version, description }, topics, service: name, example: goldenMessage });
  app.get('/asyncapi.json', { schema: { hide: true } }, async () => document);
}
