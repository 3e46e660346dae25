// `npm run doctor`: says in one line each what a start needs and what to do about what is missing.
import { checks } from './doctor-checks.ts';
import { messageOf } from './errors.ts';
import { startReaper } from './processes/reaper-client.ts';

const reaper = startReaper();
let blocked = 0;
for (const { name, run } of checks({ env: process.env, reaper, signal: new AbortController().signal })) {
  const { ok, text } = await run().catch((error: unknown) => ({ ok: false, text: messageOf(error) }));
  if (!ok) blocked++;
  console.log(`${ok ? 'ok     ' : 'BLOCKED'} ${name.padEnd(15)} ${text}`);
}
await reaper.close();
console.log(blocked === 0 ? 'Nothing stands in the way of npm start.' : `${blocked} of these stand in the way of npm start.`);
process.exit(blocked === 0 ? 0 : 1);
