import type { ServiceName } from '@microshop/contracts';
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { nameSchemas } from './name-schemas.ts';

/** Where an orchestrator asks, each service for itself: behind one origin there is one of each path. */
const HEALTH = ['/livez', '/readyz'];

/** The TypeScript types of a service's API. */
export async function typesOf(service: ServiceName, document: OpenAPI3): Promise<string> {
  const types = await openapiTypescript(nameSchemas(forClients(document)), {
    alphabetize: true,
    defaultNonNullable: false,
    silent: true,
  });
  return `// Made by npm run client from the OpenAPI document of ${service}: do not edit.\n${astToString(types)}`;
}

function forClients(document: OpenAPI3): OpenAPI3 {
  const paths = Object.entries(document.paths ?? {}).filter(([path]) => !HEALTH.includes(path));
  return { ...document, paths: Object.fromEntries(paths) };
}
