import type { Send } from './rest.ts';

type Response = { description?: string; content?: Record<string, { schema?: Record<string, unknown> }> };
export type Operation = {
  summary?: string;
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, Response>;
};
export type DocumentedOperation = { method: string; path: string; operation: Operation };

/** Every operation of a service's OpenAPI document. */
export async function operationsOf(send: Send): Promise<DocumentedOperation[]> {
  const { body } = await send('GET', '/openapi.json');
  const paths = body.paths as Record<string, Record<string, Operation>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

/** The operation that answers a request, if one is documented. */
export const operationFor = (operations: readonly DocumentedOperation[], method: string, url: string): DocumentedOperation | undefined => {
  const [path = ''] = url.split('?');
  const matches = operations.filter(
    (each) => each.method === method && new RegExp(`^${each.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  // A literal path goes before one with parameters.
  return matches.toSorted((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
};
