import { useRoute } from 'preact-iso';
import type { LetterGroup, LetterGroups } from '../../../src/api/index.ts';
import { Ago, Answer, count, Empty, Facts, LinkButton, Panel, useQuery } from '../../ui/index.ts';
import { address, useAddress } from '../address.ts';
import { read } from '../api.ts';
import { Says } from '../says.tsx';
import { Screen } from '../screen.tsx';
import { letterStatus } from '../words.ts';
import './dead-letters.css';
import { ScheduledDiscard } from './discards-panel.tsx';
import { GroupWork } from './group-work.tsx';
import { JobProgress, useJobs } from './jobs-panel.tsx';
import { LettersPanel } from './letters-panel.tsx';
import { NotesPanel } from './notes-panel.tsx';

const POLL_MS = 2000;

export function DeadLetterGroupScreen() {
  const { params } = useRoute();
  const groupId = params.groupId ?? '';
  const { query } = useAddress();
  const path = address('/console/dead-letters', { status: query.status ?? 'open' });
  const groups = useQuery<LetterGroups>(path, read(path), { everyMs: POLL_MS });
  const jobs = useJobs();
  const job = jobs.data?.data.find((each) => each.groupId === groupId);
  const refresh = () => {
    groups.refresh();
    jobs.refresh();
  };
  const group = groups.data?.data.find((each) => each.groupId === groupId);
  return (
    <Screen title={group?.type ?? 'Dead letters'} parent={{ name: 'Dead letters', href: '/dead-letters' }}>
      {job && (
        <Panel title="Last replay" padded>
          <JobProgress job={job} onChange={refresh} />
        </Panel>
      )}
      <Answer query={groups}>{() => (group ? <Group of={group} onChange={refresh} /> : <Gone />)}</Answer>
    </Screen>
  );
}

const Gone = () => (
  <section class="panel">
    <Empty title="No letter is in this group any more" icon="good">
      <p>They were replayed or discarded. A replayed letter is in a group of its own, under Replayed.</p>
      <LinkButton href="/dead-letters">All dead letters</LinkButton>
    </Empty>
  </section>
);

const Group = ({ of: group, onChange }: { of: LetterGroup; onChange: () => void }) => (
  <>
    {group.discard && <ScheduledDiscard discard={group.discard} onChange={onChange} />}
    <div class="group__columns">
      <Panel title="Why" padded>
        <Facts
          of={{
            Status: <Says {...letterStatus[group.status]} />,
            Error: group.error,
            Service: group.service,
            Letters: `${count(group.count)}${group.aside > 0 ? `, ${count(group.aside)} put aside` : ''}`,
            Oldest: <Ago at={group.oldest} />,
            Newest: <Ago at={group.newest} />,
            Topics: group.topics.map((topic) => (
              <a key={topic} class="group__topic" href={`/topics/${topic}`}>
                {topic}
              </a>
            )),
          }}
        />
      </Panel>
      <NotesPanel group={group} onChange={onChange} />
    </div>
    <GroupWork group={group} onChange={onChange} />
    <LettersPanel groupId={group.groupId} count={group.count} onChange={onChange} />
  </>
);
