import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

type Value = { stringValue?: string; intValue?: number | string; boolValue?: boolean };
type Attribute = { key: string; value: Value };
type OtlpSpan = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes?: Attribute[];
  links?: { traceId: string; spanId: string }[];
  status?: { code?: number };
};
type OtlpRequest = { resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: OtlpSpan[] }[] }[] };

export type CollectedSpan = Omit<OtlpSpan, 'attributes'> & { service: string; attributes: Record<string, unknown> };

const attributesOf = (attributes: Attribute[] = []): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.boolValue]));

/** Takes traces by OTLP over HTTP, as a collector does, and keeps them. */
export async function startTraceCollector() {
  const spans: CollectedSpan[] = [];
  const server = createServer(async (request, response) => {
    const { resourceSpans } = (await json(request)) as OtlpRequest;
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = String(attributesOf(resource.attributes)['service.name']);
      for (const span of scopeSpans.flatMap((scope) => scope.spans))
        spans.push({ ...span, service, attributes: attributesOf(span.attributes) });
    }
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ofTrace = (traceId: string) => spans.filter((span) => span.traceId === traceId);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    ofTrace,
    /** One line a span, indented below its parent, the same on every run. */
    treeOf(traceId: string, rootParent: string | undefined): string[] {
      const all = ofTrace(traceId);
      const below = (parent: string | undefined, depth: number): string[] =>
        all
          .filter(({ parentSpanId }) => (parentSpanId || undefined) === parent)
          .map(({ spanId, service, name, attributes }) => {
            const type = attributes['cloudevents.event_type'];
            return [`${'  '.repeat(depth)}${service}: ${name}${type === undefined ? '' : ` ${type}`}`, ...below(spanId, depth + 1)];
          })
          .sort((a, b) => a.join('\n').localeCompare(b.join('\n')))
          .flat();
      return below(rootParent, 0);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
