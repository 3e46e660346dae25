import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

type Needs = { lacking(root: string, version: string): string | undefined; NODE_MAJOR: number };
const { lacking, NODE_MAJOR } = createRequire(import.meta.url)('../needs.cjs') as Needs;

const root = mkdtempSync(join(tmpdir(), 'microshop-needs-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('what a start needs, said by whatever Node there is', () => {
  it('is the packages, before npm ci and after one that was broken off', () => {
    expect(lacking(root, `${NODE_MAJOR}.0.0`)).toMatch(/^The packages are not installed: run npm ci, which also brings Node 26, .*\.$/);
    mkdirSync(join(root, 'node_modules'));
    expect(lacking(root, '20.20.2')).toMatch(/^The packages are not installed/);
  });

  it('is the Node that npm ci brings', () => {
    writeFileSync(join(root, 'node_modules/.package-lock.json'), '{}');
    expect(lacking(root, '20.20.2')).toMatch(/^This is Node 20\.20\.2 and Microshop needs Node 26: run npm ci --include=optional, .*\.$/);
    expect(lacking(root, `${NODE_MAJOR}.10.0`)).toBeUndefined();
    expect(new Set(Object.values(packageJson.optionalDependencies).map((version) => Number.parseInt(version, 10)))).toEqual(
      new Set([NODE_MAJOR]),
    );
  });

  it('comes before npm start, npm test and the doctor', () => {
    const { scripts } = packageJson;
    for (const script of ['prestart', 'pretest', 'predoctor'] as const) expect(scripts[script]).toBe('node local/needs.cjs');
  });
});
