import { DiagnosticSeverity, Parser } from '@asyncapi/parser';
import type { AsyncApi } from '@microshop/contracts/asyncapi';

/** What the AsyncAPI parser finds wrong with the document, in sentences; it sees the document as others get it. */
export async function asyncApiFaults(document: AsyncApi): Promise<string[]> {
  const diagnostics = await new Parser().validate(JSON.stringify(document));
  return diagnostics
    .filter(({ severity }) => severity === DiagnosticSeverity.Error)
    .map(({ path, message }) => `asyncapi.json is not valid at ${path.join('/') || '/'}: ${message}`);
}
