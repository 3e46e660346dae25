import { ClientSession } from 'mongodb';

/** From now on the transactions of this process are acknowledged before they are durable on a majority: a planted bug. */
export function withWeakCommits(): void {
  const { startTransaction } = ClientSession.prototype;
  ClientSession.prototype.startTransaction = function weakly(options) {
    startTransaction.call(this, { ...options, writeConcern: { w: 1, journal: false } });
  };
}
