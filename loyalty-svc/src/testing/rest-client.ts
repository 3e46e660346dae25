export type Answer = { status: number; headers: Headers; body: Record<string, unknown> };
type Options = { headers?: Record<string, string>; token?: string | undefined };

/** Calls a service as an operator, or with another token or none. A body that is a string is sent as it is. */
export function createRestClient(url: string, operatorToken: string) {
  async function call(method: string, path: string, body?: unknown, { headers, token = operatorToken }: Options = {}): Promise<Answer> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
  }
  return {
    call,
    get: (path: string, options?: Options) => call('GET', path, undefined, options),
    post: (path: string, body?: unknown, options?: Options) => call('POST', path, body, options),
    patch: (path: string, body?: unknown, options?: Options) => call('PATCH', path, body, options),
  };
}
