import type { DryRun } from '../../../src/api/index.ts';
import { type Column, counted, Notice, ShortId, Table } from '../../ui/index.ts';
import { Says } from '../says.tsx';

type Tried = DryRun['letters'][number];

const ends = {
  'would be done': { tone: 'good', text: 'Would be done' },
  'would fail again': { tone: 'bad', text: 'Would fail again' },
  'would wait': { tone: 'busy', text: 'Would wait' },
} as const;

const columns: readonly Column<Tried>[] = [
  {
    name: 'Order',
    cell: ({ orderId, letterId }) => (orderId === null ? <ShortId id={letterId} /> : <ShortId id={orderId} href={`/orders/${orderId}`} />),
  },
  { name: 'End', cell: ({ end }) => <Says {...ends[end]} /> },
  { name: 'What it would do', cell: ({ words }) => <span class="wrap-anywhere">{words}</span> },
];

/** What a replay would do now, in a sentence and letter by letter. */
export function DryRunReport({ report: { letters, skipped, total } }: { report: DryRun }) {
  const failing = letters.filter(({ end }) => end === 'would fail again').length;
  const verdict =
    failing === 0 ? 'None would fail again.' : `${counted(failing, 'letter')} would fail again: mend the cause first, then try again.`;
  return (
    <section class="stack stack--tight" aria-label="Dry run">
      <Notice tone={failing === 0 ? 'good' : 'warn'}>
        Tried {letters.length} of {counted(total, 'letter')}, nothing was done. {verdict}
      </Notice>
      {letters.length > 0 && (
        <Table caption="What a replay would do" columns={columns} rows={letters} rowKey={({ letterId }) => letterId} />
      )}
      {skipped.length > 0 && (
        <ul class="job__problems">
          {skipped.map(({ letterId, because }) => (
            <li key={letterId}>
              Passed over <span class="mono">{letterId}</span>: {because}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
