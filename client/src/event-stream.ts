export type EventMessage = { readonly id?: string; readonly data: string };

/** The messages of a `text/event-stream` body, as they come; comments and other fields are passed over. `onBytes` hears of anything that comes. */
export async function* messagesOf(body: ReadableStream<Uint8Array>, onBytes: () => void = () => undefined): AsyncGenerator<EventMessage> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      // A message that was cut off counts as not sent.
      if (done) return;
      onBytes();
      // A CR at the end may be half of a CRLF.
      const blocks = (text + decoder.decode(value, { stream: true })).replace(/\r\n|\r(?!$)/g, '\n').split('\n\n');
      text = blocks.pop() ?? '';
      yield* blocks.map(messageOf).filter((message) => message !== undefined);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function messageOf(block: string): EventMessage | undefined {
  const lines = block.split('\n');
  const valuesOf = (field: string) =>
    lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1).replace(/^ /, ''));
  const data = valuesOf('data');
  const id = valuesOf('id').at(-1);
  return data.length === 0 ? undefined : { data: data.join('\n'), ...(id !== undefined && { id }) };
}
