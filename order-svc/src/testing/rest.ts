import { newUuid } from '@microshop/chassis/clock';

export const OPERATOR_TOKEN = 'operators-of-the-test';
export const operator = { authorization: `Bearer ${OPERATOR_TOKEN}` };

/** An order, a discount, a page or a problem: whichever the test asked for. */
export type Body = {
  orderId: string;
  customerId: string;
  status: string;
  code: string;
  version: number;
  uses: number;
  data: Body[];
  nextCursor: string | null;
  errors: { pointer: string }[];
  /** Of an OpenAPI document. */
  paths: Record<string, Record<string, { security?: object[]; responses: Record<string, { content: object }> }>>;
  [field: string]: unknown;
};
export type Answer = { status: number; headers: Headers; body: Body };
type RequestHeaders = Record<string, string>;

/** Calls the service; a body that is a string is sent as it is. */
export function createRest(url: string) {
  async function call(method: string, path: string, body?: unknown, headers: RequestHeaders = {}): Promise<Answer> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  return {
    url,
    call,
    get: (path: string, headers?: RequestHeaders) => call('GET', path, undefined, headers),
    post: (path: string, body?: unknown, headers?: RequestHeaders) => call('POST', path, body, headers),
    /** With a new key, unless one is given. */
    checkout: (body: unknown, headers: RequestHeaders = {}) =>
      call('POST', '/checkout', body, { 'idempotency-key': newUuid(), prefer: 'wait=20', ...headers }),
  };
}
