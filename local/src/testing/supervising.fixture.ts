// A process that supervises one service and tells the service's pid, for the test that kills it.
import { fileURLToPath } from 'node:url';
import { startReaper } from '../processes/reaper-client.ts';
import { waitForReadyz } from '../services.ts';
import { createSupervisor } from '../supervisor.ts';

const [, , logFile = '', port = ''] = process.argv;
const supervisor = createSupervisor({ reaper: startReaper(500), say: () => {} });
await supervisor.start({
  name: 'deaf',
  command: process.execPath,
  // A process that ignores both SIGTERM and the end of its stdin.
  args: [fileURLToPath(new URL('deaf.fixture.ts', import.meta.url))],
  cwd: '/',
  env: { ...process.env, PORT: port },
  logFile,
  port: Number(port),
  stage: 0,
  stopTimeoutMs: 500,
  waitUntilReady: (signal) => waitForReadyz('deaf', Number(port), signal),
});
console.log(supervisor.pidOf('deaf'));
