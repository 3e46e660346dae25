import { devNull } from 'node:os';
import { expect, test } from 'vitest';
import { launch } from './child.ts';
import type { Reaper } from './reaper-client.ts';

const noReaper: Reaper = {
  pid: () => undefined,
  watch: () => undefined,
  unwatch: () => undefined,
  removeAtEnd: () => undefined,
  keep: () => undefined,
  close: async () => undefined,
};

const ECHO = "process.on('message', (message) => { process.send({ got: message }); });";

test('a process is told something and answers, and is told nothing once it is gone', async () => {
  const { promise: answer, resolve } = Promise.withResolvers<unknown>();
  const child = launch(
    {
      name: 'echo',
      command: process.execPath,
      args: ['-e', ECHO],
      cwd: process.cwd(),
      env: process.env,
      logFile: devNull,
      onMessage: resolve,
    },
    noReaper,
  );
  child.send({ order: 1 });
  expect(await answer).toEqual({ got: { order: 1 } });
  await child.kill();
  child.send({ order: 2 });
});
