import type { OutgoingRecord } from '@microshop/chassis/kafka/broker';

/** A header as text; dead letters keep theirs as bytes. */
export function headerText({ headers }: Pick<OutgoingRecord, 'headers'>, name: string): string | undefined {
  const content = headers[name];
  return typeof content === 'object' ? Buffer.from(content).toString('utf8') : content;
}
