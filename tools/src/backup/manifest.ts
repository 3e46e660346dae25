import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { ToolFailure } from '../failure.ts';

const Offset = Type.String({ pattern: '^\\d+$' });
/** `topic/partition` to an offset. */
const Offsets = Type.Record(Type.String(), Offset);

const CollectionEntry = Type.Object({
  name: Type.String(),
  documents: Type.Integer({ minimum: 0 }),
  /** Of the documents, before compression. */
  bytes: Type.Integer({ minimum: 0 }),
});
export type CollectionEntry = Static<typeof CollectionEntry>;

/** What a backup is of. `format` rises when an older `npm run restore` could not read it. */
export const Manifest = Type.Object({
  format: Type.Literal(1),
  microshop: Type.String(),
  mongodb: Type.String(),
  startedAt: Type.String(),
  finishedAt: Type.String(),
  /** The one moment that all documents are of, by the database's clock. */
  pointInTime: Type.String(),
  clusterTime: Type.Object({ t: Type.Integer(), i: Type.Integer() }),
  gzip: Type.Boolean(),
  databases: Type.Record(Type.String(), Type.Array(CollectionEntry)),
  /** `ends`: where the topics ended. `groups`: up to where each group had handled them; both read before the point in time. */
  kafka: Type.Object({ ends: Offsets, groups: Type.Record(Type.String(), Offsets) }),
});
export type Manifest = Static<typeof Manifest>;

export const MANIFEST = 'manifest.json';
/** The last file that is written: a directory without it is no backup. As `sha256sum -c` reads it. */
export const CHECKSUMS = 'SHA256SUMS';

const check = Compile(Manifest);

export const writeManifest = async (directory: string, manifest: Manifest): Promise<void> =>
  writeFile(join(directory, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { flag: 'wx', flush: true });

export async function readManifest(directory: string): Promise<Manifest> {
  const manifest: unknown = JSON.parse(await readFile(join(directory, MANIFEST), 'utf8').catch(() => 'null'));
  if (check.Check(manifest)) return manifest;
  throw new ToolFailure(
    `${join(directory, MANIFEST)} is no manifest that this version can read: restore with the version that made the backup.`,
  );
}

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

export const writeChecksums = (directory: string, sums: ReadonlyMap<string, string>): Promise<void> =>
  writeFile(join(directory, CHECKSUMS), [...sums].map(([file, sum]) => `${sum}  ${file}\n`).join(''), { flag: 'wx', flush: true });

/** Reads every file of the backup; fails with a ToolFailure that names the first that is missing or not what was written. */
export async function requireUndamaged(directory: string, onFile: (file: string) => void = () => undefined): Promise<void> {
  const sums = await readFile(join(directory, CHECKSUMS), 'utf8').catch(() => {
    throw new ToolFailure(`${directory} is no whole backup: it has no ${CHECKSUMS}. Give the directory of one that was finished.`);
  });
  const listed = sums.split('\n').filter(Boolean);
  if (!listed.some((line) => line.endsWith(`  ${MANIFEST}`)))
    throw new ToolFailure(`${join(directory, CHECKSUMS)} is damaged: take another backup.`);
  for (const line of listed) {
    const [sum, file = ''] = line.split('  ');
    onFile(file);
    const actual = await sha256Of(join(directory, file)).catch(() => 'missing');
    if (actual !== sum)
      throw new ToolFailure(
        `${join(directory, file)} is ${actual === 'missing' ? 'missing' : 'damaged: its checksum is not that of the backup'}. Nothing was restored; take another copy of the backup.`,
      );
  }
}
