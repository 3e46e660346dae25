import { signal } from '@preact/signals';
import type { Session } from '../../src/api/index.ts';
import { bodyOf, Problem } from '../ui/index.ts';

/** Who looks, and what the page may show and do; undefined until the first answer. */
export const session = signal<Session | undefined>(undefined);

/** Reads it again; throws when the server does not answer. */
export async function loadSession(): Promise<void> {
  session.value = await bodyOf<Session>(await fetch('/console/session'));
}

/** A sign-in that ended shows as a 401: the page then asks for it again instead of showing errors. */
async function answered<T>(response: Response): Promise<T> {
  try {
    return await bodyOf<T>(response);
  } catch (error) {
    if (error instanceof Problem && error.status === 401) await loadSession();
    throw error;
  }
}

export const read =
  <T>(path: string) =>
  async (signal: AbortSignal): Promise<T> =>
    answered<T>(await fetch(path, { signal }));

type Sent = { body?: unknown; headers?: Record<string, string> };

export async function send<T>(method: 'POST' | 'DELETE', path: string, { body, headers = {} }: Sent = {}): Promise<T> {
  const init: RequestInit = { method, headers };
  if (body !== undefined) Object.assign(init, { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
  return answered<T>(await fetch(path, init));
}

export const isOperator = (): boolean => session.value?.isOperator ?? false;
