import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, inject, test } from 'vitest';

const pages = ['index.html', 'shop/index.html'];
const pageText = (page: string) => readFile(join(inject('pagesDirectory'), page), 'utf8');

/** The scripts and styles that a page loads. */
const assetsOf = (html: string): string[] => [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);

describe.each(pages)('%s as it is built', (page) => {
  test('has nothing inline and nothing from elsewhere, as its CSP asks', async () => {
    const html = await pageText(page);

    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
    expect(
      [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target = '']) => target).filter((target) => !target.startsWith('/')),
    ).toEqual([]);
  });

  test('comes with less than 150 kB, compressed', async () => {
    const assets = assetsOf(await pageText(page));
    const sizes = await Promise.all(assets.map(async (path) => gzipSync(await readFile(join(inject('pagesDirectory'), path))).length));

    expect(assets.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(150_000);
  });
});
