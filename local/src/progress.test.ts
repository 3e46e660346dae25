import { expect, test } from 'vitest';
import { createProgress } from './progress.ts';
import { shortForm, worrying } from './service-log.ts';

function record(live: boolean, color: boolean) {
  let text = '';
  let time = 0;
  const write = (more: string): void => {
    text += more;
  };
  const progress = createProgress({ write, live, color, now: () => time });
  return {
    progress,
    text: () => text,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

test('without a terminal there are plain lines only', () => {
  const { progress, text, pass } = record(false, false);
  progress.begin('kafka');
  progress.detail('kafka', 'fetching');
  pass(1234);
  progress.done('kafka', '127.0.0.1:9092');
  expect(text()).toBe('  kafka          fetching …\nok kafka           1.2 s  127.0.0.1:9092\n');
});

test('in a terminal the live line is erased before a line and at the end', () => {
  const { progress, text } = record(true, true);
  progress.begin('kafka');
  progress.say('hello');
  progress.done('kafka');
  expect(text()).toContain('\r\u001b[Khello\n');
  expect(text().endsWith('\r\u001b[K')).toBe(true);
});

test('NO_COLOR leaves the live line without colours', () => {
  const { progress, text } = record(true, false);
  progress.begin('kafka');
  progress.end();
  expect(text()).toContain('kafka');
  expect(text()).not.toContain('\u001b[3');
});

test('a log line is shown short from warn on, and what is no such line not at all', () => {
  expect(shortForm('{"level":"warn","msg":"outbox is behind","err":{"message":"broker away"}}')).toBe('WARN outbox is behind: broker away');
  expect(shortForm('{"level":"error","msg":"x","err":{"message":"x"}}')).toBe('ERROR x');
  expect(shortForm('{"level":"info","msg":"\\"level\\":\\"warn\\""}')).toBeUndefined();
  expect(shortForm('"level":"warn" {')).toBeUndefined();
  expect(shortForm('plain text')).toBeUndefined();
});

test('the same worry is told once in 5 s', () => {
  let time = 0;
  const told: string[] = [];
  const tell = worrying(
    (text) => told.push(text),
    () => time,
  );
  for (const at of [0, 4999, 5000]) {
    time = at;
    tell('{"level":"warn","msg":"again"}');
  }
  expect(told).toEqual(['WARN again', 'WARN again']);
});
