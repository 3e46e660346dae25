import type { Weather } from '../cluster/proxy.ts';
import type { FaultKind } from './fault.ts';
import { readyInTime, regularNames } from './process-faults.ts';

const targets = regularNames.flatMap((name) => [`${name} to kafka`, `${name} to mongod`]);

/** For an instance that another fault keeps from saying anything. */
const WAIT_MS = 15_000;
const POLL_MS = 250;

const network = (says: string, lengthMs: FaultKind['lengthMs'], weather: Weather): FaultKind => ({
  says,
  targets,
  lengthMs,
  needs: (target) => [target],
  async strike({ target, lengthMs: length }, field) {
    const { cluster, pause } = field;
    const [name = '', server] = target.split(' to ');
    const proxy = cluster.named(name).paths[server === 'kafka' ? 'kafka' : 'mongod'];
    await readyInTime(field, [cluster.named(name)]);
    proxy.takeHits();
    proxy.become(weather);
    let hits = 0;
    try {
      await pause(length);
      hits = proxy.takeHits();
      for (let waited = 0; hits === 0 && waited < WAIT_MS && !field.signal.aborted; waited += POLL_MS) {
        await pause(POLL_MS);
        hits = proxy.takeHits();
      }
    } finally {
      proxy.become({ kind: 'pass' });
    }
    return hits > 0 ? { seen: `${hits} times` } : undefined;
  },
});

export const networkFaults = {
  'net-cut': network('connections are reset, new ones refused', [2000, 5000], { kind: 'cut' }),
  'net-delay': network('every piece comes 200 to 400 ms late', [4000, 8000], { kind: 'delay', ms: 200 }),
  'net-black-hole': network('nothing gets through either way, until it does', [6000, 12_000], { kind: 'black-hole' }),
  'net-drop-answers': network('requests arrive, their answers are lost', [4000, 8000], { kind: 'drop-answers' }),
  'net-half-open': network('the server is gone and the client is not told', [4000, 8000], { kind: 'half-open' }),
  'net-slice': network('pieces come byte by byte', [3000, 6000], { kind: 'slice' }),
};
