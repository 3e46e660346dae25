import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { topics } from '@microshop/contracts';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const sources = tracked.filter((path) => /\.tsx?$/.test(path) && !path.includes('/generated/'));
const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const services = ['order-svc', 'inventory-svc', 'loyalty-svc'] as const;

/** Each rule that a reader relies on to find a thing, and that no other tool checks. */
describe('the house', () => {
  test.each(services)('%s has the rooms that every service has, and no others', (service) => {
    const rooms = new Set(
      sources.filter((path) => path.startsWith(`${service}/src/`) && !path.endsWith('.test.ts')).map((path) => path.split('/')[2]),
    );

    expect([...rooms].sort()).toEqual([
      'app.ts',
      'application',
      'config.ts',
      'domain',
      'http',
      'main.ts',
      'messaging',
      'persistence',
      'testing',
    ]);
  });

  test.each(services)('ls %s/src/messaging shows whom it listens to', (service) => {
    const consumers = sources.filter((path) => path.startsWith(`${service}/src/messaging/`) && path.endsWith('-consumer.ts'));
    const listened = topics
      .filter((topic) => topic.consumers.includes(service))
      .map(({ name }) => name.replace(/^microshop\.(.*)\.v\d+$/, '$1'));

    expect(consumers.map((path) => path.replace(/^.*\/(.*)-consumer\.ts$/, '$1')).sort()).toEqual(listened.sort());
  });

  test('no source has more than 300 lines', () => {
    const long = sources.filter((path) => !path.endsWith('.test.ts') && text(path).split('\n').length > 300);

    expect(long).toEqual([]);
  });

  test('nothing is left open: no TODO, no skipped or focused test, no any, no silenced check', () => {
    const open = /\b(TODO|FIXME)\b|\b(it|test|describe)\.(skip|only|todo)\b|@ts-(ignore|expect-error)|: any\b|as any\b|biome-ignore/;
    const found = sources.filter((path) => path !== 'tests/architecture.test.ts' && open.test(text(path)));

    expect(found).toEqual([]);
  });

  test('the environment is read where configuration is loaded, and nowhere else in a service or the chassis', () => {
    const readers = sources.filter(
      (path) => /^(chassis|[a-z]+-svc)\/src\//.test(path) && !path.endsWith('.test.ts') && text(path).includes('process.env'),
    );

    expect(readers.sort()).toEqual(['chassis/src/config.ts', ...services.map((service) => `${service}/src/main.ts`)].sort());
  });
});

/** The names by which a page's headings are linked to. */
const sectionsOf = (page: string): Set<string> =>
  new Set(
    [...text(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );

describe('the documents', () => {
  const pages = tracked.filter((path) => path.endsWith('.md'));

  test.each(pages)('%s has no link to a file or a section that is not there', (page) => {
    const links = [...text(page).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)/g)];
    const broken = links.flatMap(([, target = '', section]) => {
      const path = target === '' ? page : join(dirname(page), decodeURIComponent(target));
      if (!existsSync(join(root, path))) return [target];
      return section === undefined || sectionsOf(path).has(section) ? [] : [`${target}#${section}`];
    });

    expect(broken).toEqual([]);
  });

  test.each(services)('the canvas of %s names the topics that it writes and reads', (service) => {
    const canvas = text(`${service}/README.md`);
    const own = topics.filter(({ owner, consumers }) => owner === service || consumers.includes(service));

    expect(own.map(({ name }) => name).filter((name) => !canvas.includes(name))).toEqual([]);
  });
});
