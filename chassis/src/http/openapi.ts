import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { HttpServer } from './instance.ts';

export type ServiceInfo = { name: string; version: string; description: string };

// The page loads nothing from elsewhere. No upgrade-insecure-requests, which would break it over plain HTTP.
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'";

/** Serves the OpenAPI 3.1 document of all routes registered after this at `/openapi.json`, and a page to browse and try them at `/docs`. */
export function serveOpenApi(app: HttpServer, { name, version, description }: ServiceInfo): void {
  void app.register(swagger, {
    convertConstToEnum: false,
    transformObject: (document) => ('openapiObject' in document ? withOptionalInputs(document.openapiObject) : document.swaggerObject),
    openapi: {
      openapi: '3.1.0',
      info: { title: name, version, description },
      tags: [
        { name, description },
        { name: 'health', description: 'For orchestrators and operators' },
      ],
      components: {
        securitySchemes: {
          operator: { type: 'http', scheme: 'bearer', description: 'The value of OPERATOR_TOKEN, or a JWT whose roles name operator' },
          customer: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'A JWT of the shop, whose subject is the customer',
          },
        },
      },
    },
  });
  void app.register(swaggerUi, { routePrefix: '/docs', staticCSP: CONTENT_SECURITY_POLICY, logLevel: 'warn' });
  void app.after(() => app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger()));
}

type OpenApi = Extract<
  Parameters<NonNullable<FastifyDynamicSwaggerOptions['transformObject']>>[0],
  { openapiObject: unknown }
>['openapiObject'];

type Operation = {
  parameters?: { required?: boolean; schema?: { default?: unknown } }[];
  requestBody?: { required?: boolean; content: Record<string, { schema?: { anyOf?: { type?: unknown }[] } }> };
};

/** The plugin says that every body is required, and every parameter that has a value when it comes here: one that may be null, or has a default, may be missing. */
function withOptionalInputs(document: OpenApi): OpenApi {
  for (const path of Object.values(document.paths ?? {}))
    for (const { parameters = [], requestBody } of Object.values(path ?? {}) as Operation[]) {
      for (const parameter of parameters) if (parameter.schema && 'default' in parameter.schema) parameter.required = false;
      if (requestBody && Object.values(requestBody.content).some(({ schema }) => schema?.anyOf?.some(({ type }) => type === 'null')))
        requestBody.required = false;
    }
  return document;
}
