import { parseRecord } from '@microshop/chassis/kafka/parse-record';
import { foldCustomer, movementsOf, type PointsEvent } from '@microshop/console/projection/fold-points';
import { pointsByCustomer } from '@microshop/contracts';
import { goldenMessage } from '@microshop/contracts/golden';
import { expect, test } from 'vitest';
import { expectCommitted, expectEvent, temporaryPacts } from './pacts.ts';

const directory = temporaryPacts();

test('the console shows what was adjusted by hand, and the balance after it', () => {
  const reads = goldenMessage(pointsByCustomer, 'PointsAdjusted') ?? {};
  return expectEvent({ consumer: 'console', topic: pointsByCustomer, type: 'PointsAdjusted', reads, directory }, async (record) => {
    const parsed = parseRecord(pointsByCustomer, record);
    if (!('event' in parsed)) throw new Error(`The record is not understood: ${JSON.stringify(parsed)}`);
    const event = parsed.event as PointsEvent;
    expect(foldCustomer(undefined, event)).toMatchObject({ _id: 'ada', balance: reads.balance, version: reads.customerVersion });
    expect(movementsOf(event)).toMatchObject([{ _id: reads.movementId, type: 'adjusted', change: reads.change }]);
  });
});

test('the committed pact is what the console expects', () => expectCommitted(directory));
