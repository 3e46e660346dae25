import type { LetterRow, LetterRows } from '../../../src/api/index.ts';
import { Ago, Answer, Empty, Fold, Folds, Panel, Status, useQuery } from '../../ui/index.ts';
import { address, useAddress } from '../address.ts';
import { read } from '../api.ts';
import { LetterDetails } from './letter-details.tsx';

type LettersPanelProps = { groupId: string; count: number; onChange: () => void };

/** The letters of a group, the oldest first; one is open when the address names it. */
export function LettersPanel({ groupId, count, onChange }: LettersPanelProps) {
  const { query, change } = useAddress();
  const path = address('/console/dead-letters/letters', { groupId, status: query.status ?? 'open' });
  const letters = useQuery<LetterRows>(path, read(path), { on: count });
  const changed = () => {
    letters.refresh();
    onChange();
  };
  const toggle = (letterId: string) => change({ letter: query.letter === letterId ? undefined : letterId }, { replace: true });
  return (
    <Panel title="Letters">
      <Answer query={letters}>
        {({ data, total }) => (
          <>
            {data.length === 0 && <Empty title="None left" icon="good" />}
            <Folds label="Letters, the oldest first">
              {data.map((letter) => (
                <Fold
                  key={letter.letterId}
                  head={<Head of={letter} />}
                  isOpen={query.letter === letter.letterId}
                  onToggle={() => toggle(letter.letterId)}
                >
                  <LetterDetails letterId={letter.letterId} onChange={changed} />
                </Fold>
              ))}
            </Folds>
            {total > data.length && (
              <p class="letters__more faint">
                The oldest {data.length} of {total}. A replay takes all of them.
              </p>
            )}
          </>
        )}
      </Answer>
    </Panel>
  );
}

const Head = ({ of: { orderId, topic, partition, offset, key, attempts, at, aside } }: { of: LetterRow }) => (
  <>
    <span class="mono">{orderId === null ? (key ?? 'no key') : `…${orderId.slice(-8)}`}</span>
    {aside && <Status tone="idle">Put aside</Status>}
    <span class="soft wrap-anywhere">
      {topic} / {partition} @ {offset}
    </span>
    <span class="faint">
      {attempts === 1 ? 'tried once' : `tried ${attempts} times`}, <Ago at={at} />
    </span>
  </>
);
