import type { Problem } from './api.ts';

/** An answer that is no success: the problem document of the service, or one made of what came instead. Match on `code`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  /** Seconds after which to try again, where the service said so. */
  readonly retryAfter: number | undefined;

  constructor(problem: Problem, retryAfter?: number) {
    super(problem.detail);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && 'status' in body && 'detail' in body;

/** The error of an answer; what is between here and the service may answer with something else than a problem document. */
export function problemError(response: Response, body: unknown): ProblemError {
  const { status, statusText } = response;
  const detail = `The answer is ${status} and not of the service itself but of something before it: try again, or look at the gateway.`;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ProblemError(
    isProblem(body) ? body : { type: 'about:blank', title: statusText || 'Unexpected answer', status, code: 'unexpected_answer', detail },
    Number.isFinite(seconds) ? seconds : undefined,
  );
}

/** What an operation answered with success: `await dataOf(shop.api.GET('/products'))`. Anything else is thrown as a `ProblemError`. */
export async function dataOf<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw problemError(response, error);
  return data as T;
}
