import { documentOf, services } from '@microshop/client/generate/documents';
import { nameSchemas } from '@microshop/client/generate/name-schemas';
import { topics } from '@microshop/contracts';
import type { AsyncApi } from '@microshop/contracts/asyncapi';
import { goldenFile, goldenMessage } from '@microshop/contracts/golden';
import { Value } from 'typebox/value';
import type { OpenApi } from './http-breaks.ts';
import { shopAsyncApi } from './shop-asyncapi.ts';

/** All that others depend on: the events, and the HTTP API of each service. */
export type Documents = { readonly asyncapi: AsyncApi; readonly http: Readonly<Record<string, OpenApi>> };

/** As the sources are now. The services go on running: it is for a process that ends. */
export async function presentDocuments(): Promise<Documents> {
  const http = services.map(async (service) => [service, asOthersGetIt<OpenApi>(nameSchemas(await documentOf(service)))] as const);
  return { asyncapi: asOthersGetIt<AsyncApi>(shopAsyncApi()), http: Object.fromEntries(await Promise.all(http)) };
}

const asOthersGetIt = <T>(document: unknown): T => JSON.parse(JSON.stringify(document)) as T;

/** What is wrong with the golden messages, in sentences. */
export const goldenFaults = (): string[] =>
  topics.flatMap((topic) =>
    Object.entries(topic.events).flatMap(([type, schema]) => {
      const message = goldenMessage(topic, type);
      if (!message) return [`contracts/golden/${goldenFile(topic, type)} is missing: write a message with every field of ${type}.`];
      const [fault] = Value.Errors(schema, message);
      return fault
        ? [`contracts/golden/${goldenFile(topic, type)} does not fit its schema: ${fault.instancePath || '/'} ${fault.message}.`]
        : [];
    }),
  );
