import type { TopicRecord, TopicRecords } from '../../../src/api/index.ts';
import {
  Answer,
  Button,
  count,
  counted,
  Empty,
  exact,
  Facts,
  Fold,
  Folds,
  Json,
  Notice,
  Panel,
  timeOfDay,
  useQuery,
} from '../../ui/index.ts';
import { address, useAddress } from '../address.ts';
import { read } from '../api.ts';
import { type Partition, RecordSearch, soughtIn } from './record-search.tsx';

const LIMIT = '50';

const idOf = ({ partition, offset }: TopicRecord): string => `${partition}@${offset}`;

/** Records of a topic by key, place or time; read-only, no group's offsets move. */
export function RecordsPanel({ topic, partitions }: { topic: string; partitions: readonly Partition[] }) {
  const { query, change } = useAddress();
  const sought = soughtIn(query);
  const path = sought && address(`/console/topics/${encodeURIComponent(topic)}/records`, { ...sought, limit: LIMIT });
  const records = useQuery<TopicRecords | undefined>(path ?? 'nothing', async (signal) =>
    path ? read<TopicRecords>(path)(signal) : undefined,
  );
  return (
    <Panel title="Records" actions={<Button onClick={records.refresh}>Read again</Button>}>
      <div class="records__search">
        <RecordSearch partitions={partitions} />
      </div>
      {path === undefined ? (
        <Empty title="Say which records" icon="search">
          <p>Fill in the fields above.</p>
        </Empty>
      ) : (
        <Answer query={records}>
          {(answer) =>
            answer && (
              <Found
                of={answer}
                open={query.record}
                onToggle={(id) => change({ record: query.record === id ? undefined : id }, { replace: true })}
              />
            )
          }
        </Answer>
      )}
    </Panel>
  );
}

type FoundProps = { of: TopicRecords; open: string | undefined; onToggle: (id: string) => void };

const Found = ({ of: { records, scanned, isWhole }, open, onToggle }: FoundProps) => (
  <>
    {!isWhole && (
      <Notice tone="warn">
        The search ended at its bound, after {counted(scanned, 'record')}. Narrow it: give a time or a partition with an offset.
      </Notice>
    )}
    {records.length === 0 ? (
      <Empty title="No record is like this" icon="search">
        <p>{counted(scanned, 'record was', 'records were')} looked at. Try another key, an earlier time or offset.</p>
      </Empty>
    ) : (
      <Folds label="Records">
        {records.map((record) => (
          <Fold key={idOf(record)} head={<Head of={record} />} isOpen={open === idOf(record)} onToggle={() => onToggle(idOf(record))}>
            <RecordDetails of={record} />
          </Fold>
        ))}
      </Folds>
    )}
  </>
);

const Head = ({ of: { partition, offset, appendedAt, key, type } }: { of: TopicRecord }) => (
  <>
    <span class="record__place mono">
      {partition} @ {offset}
    </span>
    <time class="soft nowrap" dateTime={appendedAt} title={exact(appendedAt)}>
      {timeOfDay(appendedAt)}
    </time>
    <strong>{type ?? 'no type'}</strong>
    <span class="soft wrap-anywhere mono">{key ?? 'no key'}</span>
  </>
);

const RecordDetails = ({ of: { partition, offset, appendedAt, key, orderId, headers, value, bytes } }: { of: TopicRecord }) => (
  <div class="split">
    <div class="stack stack--tight">
      <Facts
        of={{
          Place: `partition ${partition}, offset ${offset}`,
          Appended: exact(appendedAt),
          Key: key ?? 'none',
          Order: orderId === null ? undefined : <a href={`/orders/${orderId}`}>{orderId}</a>,
          Size: `${count(bytes)} bytes`,
        }}
      />
      <h3>Headers</h3>
      <Json value={headers} />
    </div>
    <div class="stack stack--tight">
      <h3>Value</h3>
      {value === null ? <p class="soft">A tombstone: the record has no value.</p> : <Json value={value} />}
    </div>
  </div>
);
