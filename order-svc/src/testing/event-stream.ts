/** One server-sent event; the fields that were sent, and no other. */
export type SentEvent = { id?: string; event?: string; data?: string };

/** Opens a stream of server-sent events; `events` ends when the server closes it. */
export async function openEventStream(url: string, headers: Record<string, string> = {}) {
  const closing = new AbortController();
  const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: closing.signal });
  return { status: response.status, headers: response.headers, events: eventsOf(response), close: () => closing.abort() };
}

async function* eventsOf({ body }: Response): AsyncGenerator<SentEvent> {
  let text = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = `${text}${chunk}`.split('\n\n');
    text = blocks.pop() ?? '';
    yield* blocks.filter((block) => !block.startsWith(':')).map(eventOf);
  }
}

const eventOf = (block: string): SentEvent =>
  Object.fromEntries(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
