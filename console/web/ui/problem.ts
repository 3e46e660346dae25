/** A refusal as the servers say it (RFC 9457): what is wrong and what to do. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly code: string | undefined;

  constructor({ status, title, detail, code }: { status: number; title: string; detail: string; code?: string | undefined }) {
    super(detail);
    this.status = status;
    this.title = title;
    this.code = code;
  }
}

type Body = { title?: string; detail?: string; code?: string };

/** An answer's body, or the Problem that it is. */
export async function bodyOf<T>(response: Response): Promise<T> {
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  if (response.ok) return (isJson ? await response.json() : undefined) as T;
  const body = isJson ? ((await response.json()) as Body) : {};
  throw new Problem({
    status: response.status,
    title: body.title ?? 'The server refused',
    detail: body.detail ?? `It answered ${response.status}. Try again; if it stays so, look at the server's log.`,
    code: body.code,
  });
}

/** Any failure as a title and a sentence. A fetch that got no answer throws a TypeError. */
export function sayFailure(error: unknown): { title: string; detail: string } {
  if (error instanceof Problem) return { title: error.title, detail: error.message };
  if (error instanceof TypeError)
    return {
      title: 'The server does not answer',
      detail: 'Is it running? Check it with npm run doctor, or wait: this page tries again by itself.',
    };
  return {
    title: 'Something broke in this page',
    detail: `${error instanceof Error ? error.message : String(error)}. Reload it; if it stays so, report it.`,
  };
}
