import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * `npm run lock`, after a change of dependencies: makes package-lock.json anew, and complete. A registry mirror may lack packages for other
 * platforms; npm then leaves these optional ones out of the lock, and `npm ci` refuses a lock that does not name them.
 */
type Entry = {
  version?: string;
  cpu?: string[];
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
};

const FILE = 'package-lock.json';
const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const LIBC: Record<string, string> = { gnu: 'glibc', musl: 'musl' };

/** What npm would write, read off the package's name (`cli-linux-x64-musl`). */
function entryOf(name: string, version: string, dev: boolean | undefined): Entry | undefined {
  const words = name.split('/').at(-1)?.split('-') ?? [];
  const os = words.find((word) => SYSTEMS.includes(word));
  const cpu = os && words[words.indexOf(os) + 1];
  if (!os || !cpu) return undefined;
  const libc = LIBC[words.at(-1) ?? ''];
  return { version, cpu: [cpu], ...(dev && { dev }), optional: true, os: [os], ...(libc && os === 'linux' && { libc: [libc] }) };
}

execFileSync('npm', ['install', '--ignore-scripts'], { stdio: 'inherit' });
const lock = JSON.parse(readFileSync(FILE, 'utf8')) as { packages: Record<string, Entry> };
const added: string[] = [];
for (const [parent, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const path = `node_modules/${name}`;
    const entry = path in lock.packages || `${parent}/${path}` in lock.packages ? undefined : entryOf(name, version, dev);
    if (!entry) continue;
    lock.packages[path] = entry;
    added.push(name);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added.length} packages for other platforms were added to ${FILE}.\n`);
