export type Answer = { status: number; headers: Headers; body: Record<string, unknown> };
export type Send = (method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }) => Promise<Answer>;

/** A REST client of one service; asks as an operator when it has the token. */
export const restClient =
  (url: string, operatorToken?: string): Send =>
  async (method, path, { body, headers = {} } = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(operatorToken !== undefined && { authorization: `Bearer ${operatorToken}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : { text } };
  };
