import fc from 'fast-check';
import { expect, it } from 'vitest';
import { messagesOf } from './event-stream.ts';

/** A body that comes in pieces of so many bytes. */
function bodyOf(text: string, sizes: readonly number[] = [text.length * 4]): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  let piece = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const end = at + (sizes[piece++ % sizes.length] ?? 1);
      controller.enqueue(bytes.subarray(at, end));
      at = end;
    },
  });
}

const read = (text: string, sizes?: readonly number[]) => Array.fromAsync(messagesOf(bodyOf(text, sizes)));

it.each([
  ['a message with an id', 'id: 1\ndata: {"a":1}\n\n', [{ id: '1', data: '{"a":1}' }]],
  ['no space after the colon', 'id:1\ndata:x\n\n', [{ id: '1', data: 'x' }]],
  ['data of several lines', 'data: a\ndata: b\n\n', [{ data: 'a\nb' }]],
  ['comments and unknown fields are passed over', ': heartbeat\n\nretry: 10\n\nevent: e\ndata: x\n\n', [{ data: 'x' }]],
  [
    'lines that end as Windows does',
    'id: 1\r\ndata: x\r\n\r\nid: 2\r\ndata: y\r\n\r\n',
    [
      { id: '1', data: 'x' },
      { id: '2', data: 'y' },
    ],
  ],
  ['what was cut off counts as not sent', 'data: x\n\ndata: y\n', [{ data: 'x' }]],
])('%s', async (_, text, expected) => {
  expect(await read(text)).toEqual(expected);
});

it('means the same in whatever pieces it comes, between the bytes of a letter and of a line end, too', async () => {
  const messages = fc.array(fc.record({ id: fc.stringMatching(/^\d{1,3}$/), data: fc.stringMatching(/^[äb☂😀]{1,9}$/u) }), {
    maxLength: 5,
  });
  const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(messages, sizes, fc.constantFrom('\n', '\r\n'), async (sent, pieces, end) => {
      const text = sent.map(({ id, data }) => `id: ${id}${end}data: ${data}${end}${end}`).join('');
      expect(await read(text, pieces)).toEqual(sent);
    }),
  );
});
