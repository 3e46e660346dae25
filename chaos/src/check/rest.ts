import { lagsOf } from '../replay/lags.ts';
import type { Sources } from './sources.ts';
import { about, type Violation } from './violation.ts';

/** Nothing is stuck: all is read, all is published, and no cart keeps units. */
export function* nothingStuck({ run, outboxes, holds }: Sources): Generator<Violation, number> {
  for (const lag of lagsOf(run.offsets)) yield about('group', lag.group, `${lag.group} has ${lag.records} records to read`);
  for (const { service, rows } of outboxes)
    for (const { _id, pending, events } of rows)
      if (pending)
        yield about('document', _id, `${service} has not published its outbox row ${_id}: ${events.map(({ type }) => type).join(', ')}`);
  for (const { _id, status } of holds)
    if (status === 'held') yield about('document', _id, `the hold ${_id} is neither claimed nor given back`);
  return run.offsets.length + outboxes.reduce((sum, { rows }) => sum + rows.length, 0) + holds.length;
}
