import { request } from 'node:http';
import { sleep } from '@microshop/chassis/clock';

export type Body = Record<string, unknown>;
/** `lost`: no answer came. `unsent`: nobody was there to ask, so nothing can have happened. */
export type Answer = { kind: 'answer'; status: number; body: Body; etag: string | undefined } | { kind: 'lost' | 'unsent'; code: string };

export type Ask = {
  method?: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  token?: string | undefined;
  /** Gives up, as a client does who closes the window. */
  abortAfterMs?: number;
  /** The last bytes of the body come one a second. */
  slowBytes?: number;
};

const PATIENCE_MS = 20_000;

/** One question on a connection of its own, so that what breaks it breaks nobody else's. Never fails. */
export async function ask(
  url: string,
  { method = 'GET', path, body, headers = {}, token, abortAfterMs, slowBytes = 0 }: Ask,
): Promise<Answer> {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const signal = AbortSignal.timeout(abortAfterMs ?? PATIENCE_MS);
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const sent = request(`${url}${path}`, {
    method,
    agent: false,
    signal,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
  sent.on('error', (error) => resolve(lost(error)));
  sent.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('error', (error) => resolve(lost(error)));
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => {
      const content = Buffer.concat(chunks).toString('utf8');
      resolve(response.complete ? answerOf(response.statusCode ?? 0, content, response.headers.etag) : { kind: 'lost', code: 'cut' });
    });
  });
  await writeBody(sent, text, slowBytes);
  return promise;
}

async function writeBody(sent: ReturnType<typeof request>, text: string, slowBytes: number): Promise<void> {
  const bytes = Buffer.from(text);
  if (bytes.length === 0) return void sent.end();
  sent.write(bytes.subarray(0, bytes.length - slowBytes));
  for (let at = bytes.length - slowBytes; at < bytes.length && !sent.destroyed; at++) {
    await sleep(1000);
    if (!sent.destroyed) sent.write(bytes.subarray(at, at + 1));
  }
  if (!sent.destroyed) sent.end();
}

function answerOf(status: number, content: string, etag: string | undefined): Answer {
  try {
    return { kind: 'answer', status, body: content === '' ? {} : JSON.parse(content), etag };
  } catch {
    return { kind: 'lost', code: `no_json_${status}` };
  }
}

function lost(error: Error): Answer {
  const { code = error.name } = error as NodeJS.ErrnoException;
  return { kind: code === 'ECONNREFUSED' ? 'unsent' : 'lost', code };
}
