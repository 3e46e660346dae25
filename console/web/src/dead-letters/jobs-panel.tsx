import { useEffect, useState } from 'preact/hooks';
import type { Job } from '../../../src/api/index.ts';
import { Ago, Answer, Button, count, Notice, Panel, type Query, useQuery } from '../../ui/index.ts';
import { useAction } from '../act.ts';
import { isOperator, read, send } from '../api.ts';
import { Says } from '../says.tsx';

type Jobs = { data: Job[] };

const RUNNING_MS = 500;
const RESTING_MS = 5000;

const isRunning = ({ state }: Job): boolean => state === 'running';

/** The replays, closely watched while one runs. They go on without this page. */
export function useJobs(): Query<Jobs> {
  const [runs, setRuns] = useState(false);
  const jobs = useQuery<Jobs>('jobs', read('/console/dead-letters/jobs'), { everyMs: runs ? RUNNING_MS : RESTING_MS });
  useEffect(() => setRuns(jobs.data?.data.some(isRunning) ?? false), [jobs.data]);
  return jobs;
}

const states = {
  running: { tone: 'busy', text: 'Running' },
  done: { tone: 'good', text: 'Done' },
  stopped: { tone: 'idle', text: 'Stopped' },
  failed: { tone: 'bad', text: 'Failed' },
} as const;

/** One replay: how far it is, and what did not come through. */
export function JobProgress({ job, onChange }: { job: Job; onChange: () => void }) {
  const { busy, act } = useAction();
  const ended = Object.values(job.counts).reduce((sum, each) => sum + each, 0);
  const stop = async () => {
    await send('POST', `/console/dead-letters/jobs/${job.jobId}/stop`);
    onChange();
  };
  return (
    <div class="job">
      <div class="row row--apart">
        <span class="row">
          <Says {...states[job.state]} />
          <span>
            {count(ended)} of {count(job.total)}
          </span>
          <span class="faint">
            {job.service}, by {job.by}, <Ago at={job.startedAt} />
          </span>
        </span>
        {isRunning(job) && isOperator() && (
          <Button disabled={busy} onClick={() => act(stop)}>
            Stop
          </Button>
        )}
      </div>
      <progress class="progress" max={Math.max(1, job.total)} value={ended} aria-label="Letters replayed" />
      <p class="soft">
        {Object.entries(job.counts)
          .filter(([, letters]) => letters > 0)
          .map(([end, letters]) => `${count(letters)} ${end}`)
          .join(' · ')}
      </p>
      {job.error !== null && <Notice tone="bad">{job.error}</Notice>}
      {job.problems.length > 0 && (
        <ul class="job__problems">
          {job.problems.map(({ letterId, result, because }) => (
            <li key={letterId}>
              <strong>{result}</strong> <span class="mono">{letterId}</span> {because}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const SHOWN = 5;

export function JobsPanel() {
  const jobs = useJobs();
  return (
    <Answer query={jobs} lines={1}>
      {({ data }) =>
        data.length === 0 ? null : (
          <Panel title="Replays" padded>
            <div class="stack">
              {data.slice(0, SHOWN).map((job) => (
                <JobProgress key={job.jobId} job={job} onChange={jobs.refresh} />
              ))}
            </div>
          </Panel>
        )
      }
    </Answer>
  );
}
