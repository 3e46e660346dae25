import { expect } from 'vitest';
import type { Answer } from './rest.ts';

export type ProblemBody = Record<string, unknown> & { code: string; detail: string; errors?: Record<string, unknown>[] };

/** The answer is an RFC 9457 problem document of that status and code, whole and readable; returns it. */
export function expectProblem({ status, headers, body }: Answer, expectedStatus: number, code: string): ProblemBody {
  expect({ status, body }).toMatchObject({ status: expectedStatus, body: { status: expectedStatus, code } });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(body).toMatchObject({ type: 'about:blank', title: expect.stringMatching(/^[A-Z]/), detail: expect.stringMatching(/\w.*\.$/s) });
  return body as ProblemBody;
}
