import { createMongoClient } from '@microshop/chassis/mongo/connection';
import type { ServiceName } from '@microshop/contracts';
import { services } from '../run-folder.ts';
import type { FaultKind } from './fault.ts';
import { readyInTime } from './process-faults.ts';

/** What mongod is told to do instead of a command: see its failpoint `failCommand`. */
type Failure = { failCommands: readonly string[]; [setting: string]: unknown };

/** How often it lasts as long again, while the service asks nothing that could fail. */
const TURNS = 3;

const WRITE_CONFLICT = 112;
const NO_SUCH_TRANSACTION = 251;
const SHUTDOWN_IN_PROGRESS = 91;

const failing = (says: string, share: number, failure: Failure): FaultKind => ({
  says,
  targets: services,
  lengthMs: [4000, 7000],
  needs: () => ['mongod'],
  async strike({ target, lengthMs }, field) {
    const { cluster, pause } = field;
    await readyInTime(field, cluster.of(target as ServiceName));
    const client = createMongoClient(cluster.mongodbUrl, 'chaos');
    const admin = client.db('admin');
    const set = (mode: unknown, data?: object) => admin.command({ configureFailPoint: 'failCommand', mode, ...(data && { data }) });
    try {
      for (let turn = 0; turn < TURNS; turn++) {
        await set({ activationProbability: share }, { ...failure, appName: target });
        await pause(lengthMs);
        const { count } = await set('off');
        if (Number(count) > 0) return { seen: `${count} commands` };
      }
      return undefined;
    } finally {
      await client.close();
    }
  },
});

const WRITES = ['insert', 'update', 'delete'];
/** What the commit of a transaction and the relay's steps are made of. */
const STEPS = ['find', 'insert', 'update', 'findAndModify', 'commitTransaction'];

export const databaseFaults = {
  'fail-write-conflict': failing('writes meet conflicts that are not there', 0.3, {
    failCommands: WRITES,
    errorCode: WRITE_CONFLICT,
    errorLabels: ['TransientTransactionError'],
  }),
  'fail-transient': failing('transactions are gone when they are to be committed', 0.4, {
    failCommands: ['commitTransaction'],
    errorCode: NO_SUCH_TRANSACTION,
    errorLabels: ['TransientTransactionError'],
  }),
  'fail-unknown-commit': failing('a commit is done and its outcome is not told', 0.5, {
    failCommands: ['commitTransaction'],
    writeConcernError: { code: SHUTDOWN_IN_PROGRESS, errmsg: 'injected' },
  }),
  'fail-close-connection': failing('the connection is closed instead of an answer', 0.2, { failCommands: STEPS, closeConnection: true }),
  'fail-block-connection': failing('every answer takes a second more', 0.5, {
    failCommands: STEPS,
    blockConnection: true,
    blockTimeMS: 1000,
  }),
};
