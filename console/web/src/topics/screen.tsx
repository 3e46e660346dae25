import type { GroupRow, GroupRows, TopicRow, TopicRows } from '../../../src/api/index.ts';
import { Answer, type Column, count, counted, duration, Empty, Panel, SearchBox, Status, Table, useQuery } from '../../ui/index.ts';
import { useTyped } from '../address.ts';
import { read } from '../api.ts';
import { Screen } from '../screen.tsx';
import './topics.css';

const POLL_MS = 5000;

const kinds = { events: 'Events', 'dead-letters': 'Dead letters', other: 'Other' } as const;

export const lagText = ({ records, seconds }: GroupRow['lag']): string =>
  records === 0 ? 'none' : `${count(records)}${seconds === null ? '' : ` · ${duration(seconds * 1000)}`}`;

const topicColumns: readonly Column<TopicRow>[] = [
  {
    name: 'Topic',
    cell: ({ name }) => (
      <a class="wrap-anywhere" href={`/topics/${name}`}>
        {name}
      </a>
    ),
  },
  { name: 'Kind', cell: ({ kind }) => <span class="nowrap">{kinds[kind]}</span> },
  { name: 'Key', cell: ({ key }) => key ?? '–' },
  { name: 'Written by', cell: ({ owner }) => owner ?? '–' },
  { name: 'Partitions', number: true, cell: ({ partitions }) => partitions },
  { name: 'Records', number: true, cell: ({ records }) => count(records) },
  { name: 'Behind', cell: ({ groups }) => <Behind of={groups} /> },
];

/** Who reads the topic and is not at its end. */
const Behind = ({ of }: { of: TopicRow['groups'] }) => {
  const late = of.filter(({ lag }) => lag.records > 0);
  if (of.length === 0) return <span class="faint">no reader</span>;
  if (late.length === 0) return <span title={of.map(({ group }) => group).join(', ')}>none</span>;
  return <span>{late.map(({ group, lag }) => `${group}: ${lagText(lag)}`).join(', ')}</span>;
};

const groupColumns: readonly Column<GroupRow>[] = [
  { name: 'Group', cell: ({ group }) => <strong class="wrap-anywhere">{group}</strong> },
  { name: 'State', cell: ({ state }) => <Status tone={state === 'Stable' ? 'good' : state === 'Empty' ? 'idle' : 'busy'}>{state}</Status> },
  {
    name: 'Members',
    number: true,
    cell: ({ members }) => (
      <span title={members.map(({ client, host, partitions }) => `${client} at ${host}: ${counted(partitions, 'partition')}`).join('\n')}>
        {members.length}
      </span>
    ),
  },
  { name: 'Lag', number: true, cell: ({ lag }) => lagText(lag) },
  { name: 'Topics', number: true, cell: ({ topics }) => <span title={topics.join('\n')}>{topics.length}</span> },
];

const rank = ({ kind }: TopicRow): number => Object.keys(kinds).indexOf(kind);

export function TopicsScreen() {
  const [search, setSearch] = useTyped('search');
  const topics = useQuery<TopicRows>('topics', read('/console/topics'), { everyMs: POLL_MS });
  const groups = useQuery<GroupRows>('groups', read('/console/groups'), { everyMs: POLL_MS });
  return (
    <Screen title="Topics">
      <div class="row">
        <SearchBox label="Search the topics" placeholder="Part of a topic’s name" value={search} onInput={setSearch} />
      </div>
      <Panel title="Topics">
        <Answer query={topics} lines={8}>
          {({ data }) => {
            const found = data.filter(({ name }) => name.includes(search.trim())).sort((one, other) => rank(one) - rank(other));
            return found.length === 0 ? (
              <Empty title={data.length === 0 ? 'No topics yet' : 'No topic is called so'} icon="topics">
                <p>
                  {data.length === 0 ? 'The services create theirs when they start: npm start.' : 'Search for another part of the name.'}
                </p>
              </Empty>
            ) : (
              <Table caption="Topics" columns={topicColumns} rows={found} rowKey={({ name }) => name} />
            );
          }}
        </Answer>
      </Panel>
      <Panel title="Consumer groups">
        <Answer query={groups} lines={4}>
          {({ data }) =>
            data.length === 0 ? (
              <Empty title="Nobody reads" icon="topics">
                <p>Each service joins its group when it starts.</p>
              </Empty>
            ) : (
              <Table caption="Consumer groups" columns={groupColumns} rows={data} rowKey={({ group }) => group} />
            )
          }
        </Answer>
      </Panel>
    </Screen>
  );
}
