import type { Mutation } from '../mutation.ts';
import * as inventory from './inventory-mutants.ts';
import * as messaging from './messaging-mutants.ts';
import * as order from './order-mutants.ts';
import * as store from './store-mutants.ts';

/** A bug that somebody could make, and what is planted to make it. The simulation that does not find it is no proof. */
export type Mutant = { says: string; mutation: Mutation };

export const mutants: Readonly<Record<string, Mutant>> = {
  'reservation-not-looked-up': { says: 'a request reserves each time it comes', mutation: inventory.reservationNotLookedUp },
  'points-not-looked-up': { says: 'a request takes points each time it comes', mutation: order.pointsNotLookedUp },
  'key-not-looked-up': { says: 'a checkout sent again makes an order again', mutation: order.keyNotLookedUp },
  'compensation-unchecked': { says: 'an end gives units back that were never taken', mutation: inventory.compensationUnchecked },
  'no-tombstone': { says: 'an end that overtakes its request is forgotten by the stock', mutation: inventory.noTombstone },
  'no-points-tombstone': { says: 'an end that overtakes its request is forgotten by the points', mutation: order.noPointsTombstone },
  'expiry-twice': { says: 'a hold that has expired expires again', mutation: inventory.expiryTwice },
  'hold-claimed-twice': { says: 'two orders have the units of one hold', mutation: inventory.holdClaimedTwice },
  'ended-part-forgotten': { says: 'a hold keeps the part of an order that had ended', mutation: inventory.endedPartForgotten },
  'sold-stays-sold': { says: 'a cancelled order keeps what it was sold', mutation: inventory.soldStaysSold },
  'final-state-left': { says: 'a rejected order is cancelled', mutation: order.finalStateLeft },
  'timeout-does-not-wait': { says: 'an order times out while its answers lie on the topics', mutation: order.timeoutDoesNotWait },
  'limit-read-outside': { says: "a discount's uses are counted outside the transaction", mutation: order.limitReadOutside },
  'swallowed-duplicate-key': { says: 'a duplicate key is taken for a write made before', mutation: store.swallowedDuplicateKey },
  'unknown-is-committed': { says: 'an unknown commit is taken for a commit', mutation: store.unknownIsCommitted },
  'outbox-apart': { says: 'events are written after the transaction', mutation: store.outboxApart },
  'conflict-forced': { says: 'a conflict is overcome without a new read', mutation: store.conflictForced },
  'offset-first': { says: 'an offset is committed before the transaction', mutation: messaging.offsetFirst },
  'failure-swallowed': { says: 'a record counts as handled after its transaction failed', mutation: messaging.failureSwallowed },
  'marked-before-ack': { says: 'an outbox row is marked before the broker has it', mutation: messaging.markedBeforeAck },
  'send-not-awaited': { says: 'the answer of a send is not awaited', mutation: messaging.sendNotAwaited },
  'order-of-ids': { says: "the relay follows the ids, not the aggregates' versions", mutation: messaging.orderOfIds },
  'dead-letter-not-sent': { says: 'the publish of a dead letter is lost', mutation: messaging.deadLetterNotSent },
  'poison-dropped': { says: 'a poison record is dropped', mutation: messaging.poisonDropped },
};
