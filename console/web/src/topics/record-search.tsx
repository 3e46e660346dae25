import type { TopicDetail } from '../../../src/api/index.ts';
import { Select, TextField } from '../../ui/index.ts';
import { useAddress, useTyped } from '../address.ts';
import { fromField, toField } from '../local-time.ts';
import { Segments } from '../segments.tsx';

export type Partition = TopicDetail['partitions'][number];

const ways = [
  { value: '', name: 'Newest' },
  { value: 'key', name: 'By key' },
  { value: 'offset', name: 'By offset' },
  { value: 'time', name: 'By time' },
];

type Parameters = Record<string, string | undefined>;

/** What the address asks for; undefined while a field is still empty. */
export function soughtIn({ by, key, partition, offset, from }: Parameters): Parameters | undefined {
  if (by === 'key') return key === undefined ? undefined : { key };
  if (by === 'offset') return offset === undefined || !/^\d{1,19}$/.test(offset) ? undefined : { partition: partition ?? '0', offset };
  if (by === 'time') return from === undefined ? undefined : { from };
  return {};
}

export function RecordSearch({ partitions }: { partitions: readonly Partition[] }) {
  const { query, change } = useAddress();
  return (
    <>
      <Segments label="Which records" choices={ways} value={query.by ?? ''} onChange={(by) => change({ by, record: undefined })} />
      {query.by === 'key' && <KeyField />}
      {query.by === 'offset' && <OffsetFields partitions={partitions} />}
      {query.by === 'time' && (
        <TextField
          label="From"
          type="datetime-local"
          value={toField(query.from)}
          onInput={(local) => change({ from: fromField(local) }, { replace: true })}
        />
      )}
    </>
  );
}

function KeyField() {
  const [key, setKey] = useTyped('key');
  return (
    <TextField
      label="Key, whole"
      value={key}
      onInput={setKey}
      maxLength={512}
      autoComplete="off"
      hint="The records of this key, the newest last."
    />
  );
}

function OffsetFields({ partitions }: { partitions: readonly Partition[] }) {
  const { query, change } = useAddress();
  const [offset, setOffset] = useTyped('offset');
  const choices = partitions.map(({ partition }) => ({ value: String(partition), name: String(partition) }));
  return (
    <div class="offset-fields">
      <Select
        label="Partition"
        choices={choices}
        value={query.partition ?? '0'}
        onInput={(partition) => change({ partition }, { replace: true })}
      />
      <TextField
        label="Offset"
        value={offset}
        onInput={setOffset}
        maxLength={19}
        autoComplete="off"
        error={offset === '' || /^\d+$/.test(offset) ? undefined : 'Write a whole number.'}
        hint="This record and the ones after it."
      />
    </div>
  );
}
