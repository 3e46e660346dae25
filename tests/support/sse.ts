export type ServerSentEvent = { id?: string; event?: string; data?: string };
export type EventStream = { status: number; headers: Headers; events: AsyncIterable<ServerSentEvent>; close(): void };

/** Opens a stream of server-sent events; `events` ends when the server closes it. */
export async function openEvents(url: string, headers: Record<string, string> = {}): Promise<EventStream> {
  const closing = new AbortController();
  const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: closing.signal });
  return { status: response.status, headers: response.headers, events: parse(response), close: () => closing.abort() };
}

/** All events until the server ends the stream. */
export async function allEvents(url: string, headers: Record<string, string> = {}): Promise<ServerSentEvent[]> {
  return Array.fromAsync((await openEvents(url, headers)).events);
}

async function* parse(response: Response): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    yield* blocks.map(eventOf).filter(({ data }) => data !== undefined);
  }
}

function eventOf(block: string): ServerSentEvent {
  const fields = block.split('\n').filter((line) => line !== '' && !line.startsWith(':'));
  return Object.fromEntries(fields.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).replace(/^ /, '')]));
}
