import { useRoute } from 'preact-iso';
import type { TopicDetail } from '../../../src/api/index.ts';
import { Answer, type Column, count, Figure, Figures, Panel, Table, useQuery } from '../../ui/index.ts';
import { read } from '../api.ts';
import { Screen } from '../screen.tsx';
import type { Partition } from './record-search.tsx';
import { RecordsPanel } from './records-panel.tsx';
import { lagText } from './screen.tsx';
import './topics.css';

const POLL_MS = 5000;

const columns: readonly Column<Partition>[] = [
  { name: 'Partition', cell: ({ partition }) => partition },
  { name: 'Oldest', number: true, cell: ({ oldest }) => oldest },
  { name: 'Next', number: true, cell: ({ next }) => next },
  { name: 'Records', number: true, cell: ({ records }) => count(records) },
  {
    name: 'Groups',
    cell: ({ groups }) => <GroupsAt of={groups} />,
  },
];

const GroupsAt = ({ of }: { of: Partition['groups'] }) => (
  <span>
    {of.map(({ group, committed, lag }) => (
      <span key={group} class="group-at">
        {group} at {committed ?? 'nothing yet'}
        {lag > 0 && `, ${count(lag)} behind`}
      </span>
    ))}
  </span>
);

export function TopicScreen() {
  const { params } = useRoute();
  const topic = params.topic ?? '';
  const path = `/console/topics/${encodeURIComponent(topic)}`;
  const detail = useQuery<TopicDetail>(path, read(path), { everyMs: POLL_MS });
  return (
    <Screen title={topic} parent={{ name: 'Topics', href: '/topics' }}>
      <Answer query={detail} lines={3}>
        {({ topic: { key, owner, records, partitions: size, groups }, partitions }) => (
          <>
            <Figures>
              <Figure name="Records" value={count(records)} />
              <Figure name="Partitions" value={size} />
              {groups.map(({ group, lag }) => (
                <Figure key={group} name={`Lag of ${group}`} value={lagText(lag)} tone={lag.records > 0 ? 'warn' : 'idle'} />
              ))}
            </Figures>
            {key !== null && (
              <p class="soft">
                Keyed by {key}; written by {owner}.
              </p>
            )}
            <RecordsPanel topic={topic} partitions={partitions} />
            <Panel title="Partitions">
              <Table caption="Partitions" columns={columns} rows={partitions} rowKey={({ partition }) => String(partition)} />
            </Panel>
          </>
        )}
      </Answer>
    </Screen>
  );
}
