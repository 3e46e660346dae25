import type { Socket } from 'node:net';
import { PROBLEM_MEDIA_TYPE, problem } from './problem.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

const PROBLEMS: Record<string, [status: number, code: string, detail: string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request_timeout', 'The request did not arrive within 10 seconds.'],
  HPE_HEADER_OVERFLOW: [431, 'headers_too_large', 'The request headers are too large.'],
};

/** Answers what is no HTTP request, or comes too slowly, before any route sees it. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return;
  const body = problem(...(PROBLEMS[error.code ?? ''] ?? [400, 'malformed_request', 'This is not a valid HTTP/1.1 request.']));
  const json = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${body.status} ${body.title}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(json)}`,
    'Connection: close',
    ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${json}`, () => socket.destroy());
}
