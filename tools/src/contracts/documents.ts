import { documentOf, services } from '@microshop/client/generate/documents';
import { nameSchemas } from '@microshop/client/generate/name-schemas';
import { topics } from '@microshop/contracts';
import type { AsyncApi } from '@microshop/contracts/asyncapi';
import { goldenFile, goldenMessage } from '@microshop/contracts/golden';
import { Value } from 'typebox/value';
import type { OpenApi } from './http-breaks.ts';

/** All that others depend on: the events, and the HTTP API of each service. */
export type Documents = { readonly asyncapi: AsyncApi; readonly http: Readonly<Record<string, OpenApi>> };

/** The OpenAPI document of each service, as it serves it now. The services go on running: it is for a process that ends. */
export async function presentApis(): Promise<Documents['http']> {
  const documents = services.map(async (service) => {
    const document: unknown = nameSchemas(await documentOf(service));
    return [service, document as OpenApi] as const;
  });
  return Object.fromEntries(await Promise.all(documents));
}

/** What is wrong with the golden messages, in sentences. */
export const goldenFaults = (): string[] =>
  topics.flatMap((topic) =>
    Object.entries(topic.events).flatMap(([type, schema]) => {
      const file = `contracts/golden/${goldenFile(topic, type)}`;
      const message = goldenMessage(topic, type);
      if (!message) return [`${file} is missing: write a message with every field of ${type}.`];
      const [fault] = Value.Errors(schema, message);
      return fault ? [`${file} does not fit its schema: ${fault.instancePath || '/'} ${fault.message}.`] : [];
    }),
  );
