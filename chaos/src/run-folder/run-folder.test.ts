import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FORMAT, type Meta, RunFolderError } from '../run-folder.ts';
import { unpackRecordedRun } from '../testing/recorded-run.ts';
import { contentOf, decode, encode } from './encoding.ts';
import { readRun } from './reader.ts';
import { createRunFolder } from './writer.ts';

describe('an entry', () => {
  it('is read as it was written: dates, bytes and text', () => {
    const entry = { at: new Date('2026-11-23T10:00:00.000Z'), value: new Uint8Array([0, 255]), name: 'Ü', rows: [{ n: 1, none: null }] };
    expect(decode(encode(entry))).toEqual(entry);
  });

  it('keeps any bytes, and those that are UTF-8 as text', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const content = decode(encode(contentOf(bytes)));
        expect(Buffer.from(content as Uint8Array | string)).toEqual(Buffer.from(bytes));
      }),
    );
    expect(contentOf(Buffer.from('\uFEFFÜ'))).toBe('\uFEFFÜ');
  });
});

describe('a folder', () => {
  let folder: string;
  let remove: () => void;
  beforeEach(() => {
    ({ folder, remove } = unpackRecordedRun());
  });
  afterEach(() => remove());
  const at = (name: string) => join(folder, name);
  const textOf = (name: string) => readFileSync(at(name), 'utf8');
  const failure = () => {
    try {
      return readRun(folder) && 'read';
    } catch (error) {
      expect(error).toBeInstanceOf(RunFolderError);
      return (error as Error).message;
    }
  };

  it('that is whole is read', () => expect(failure()).toBe('read'));

  it('that was cut within a line says which', () => {
    truncateSync(at('topics.jsonl'), 1000);
    expect(failure()).toMatch(/topics\.jsonl:\d+ is no JSON: the file is damaged or cut short\. Take a run that is whole\.$/);
  });

  it('that was cut between two lines says where', () => {
    writeFileSync(at('history.jsonl'), `${textOf('history.jsonl').split('\n').slice(0, 3).join('\n')}\n`);
    expect(failure()).toMatch(/history\.jsonl:3 is cut short: the line that ends the file is missing\./);
  });

  it('that lost a line in the middle says so', () => {
    writeFileSync(at('history.jsonl'), textOf('history.jsonl').split('\n').toSpliced(5, 1).join('\n'));
    expect(failure()).toMatch(/history\.jsonl:\d+ says that the file has \d+ entries, and it has \d+\./);
  });

  it('with an empty file says so', () => {
    writeFileSync(at('nemesis.jsonl'), '');
    expect(failure()).toMatch(/nemesis\.jsonl is cut short/);
  });

  it('with a line that is something else says which and what', () => {
    writeFileSync(at('nemesis.jsonl'), `${encode({ fault: 1, at: 0, class: 'kill', phase: 'bang' })}\n${encode({ end: 1 })}\n`);
    expect(failure()).toMatch(/nemesis\.jsonl:1 is not what belongs there: \/phase /);
  });

  it.each(['meta.json', 'offsets.jsonl', 'replayed/topics.jsonl', 'databases'])('without %s says so', (name) => {
    rmSync(at(name), { recursive: true });
    expect(failure()).toMatch(new RegExp(`${name} can not be read \\(ENOENT\\)\\. Give the folder of a whole run\\.$`));
  });

  it('of another version says so', () => {
    writeFileSync(at('meta.json'), encode({ ...JSON.parse(textOf('meta.json')), format: FORMAT + 1 }));
    expect(failure()).toMatch(/meta\.json is not what belongs there: \/format /);
  });

  it('that is a file says so', () => {
    folder = at('meta.json');
    expect(failure()).toMatch(/can not be read \(ENOTDIR\)/);
  });
});

it('is written while the run goes on, and whole when it is closed', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'microshop-run-folder-')), 'run');
  try {
    const meta: Meta = {
      format: FORMAT,
      seed: 1,
      startedAt: '2026-11-23T10:00:00.000Z',
      versions: {},
      settings: { orderTimeoutMs: 1, holdTtlMs: 1, spendPerPoint: 1 },
      wanted: {},
    };
    const run = createRunFolder(folder, meta);
    run.history({ op: 0, at: 1, client: 'c0', type: 'invoke', f: 'hold', value: { items: [] } });
    for (const count of [2, 3]) run.observed('order-svc', 'handled', count);
    await run.close();
    expect(readFileSync(join(folder, 'history.jsonl'), 'utf8').split('\n')).toHaveLength(3);
    expect(readFileSync(join(folder, 'observed.jsonl'), 'utf8')).toContain('"count":5');
    expect(existsSync(join(folder, 'nemesis.jsonl'))).toBe(true);
  } finally {
    rmSync(join(folder, '..'), { recursive: true });
  }
});
