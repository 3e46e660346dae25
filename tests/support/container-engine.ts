// Finds out, in bounded time, whether a container engine can run what is asked of it.
import { messageOf } from '@microshop/local/errors';
import { isPortFree } from '@microshop/local/ports';
import { type ContainerRuntimeClient, getContainerRuntimeClient, getReaper, ImageName } from 'testcontainers';
import type { Engine } from './backend.ts';
import { containerImages } from './container-images.ts';

const ANSWER_MS = 15_000;
const PULL_MS = 120_000;

type Report = (message: string) => void;

/** Whether the tests' broker and database can run in containers. */
export async function askEngineForStack(report: Report): Promise<Engine> {
  const engine = await askEngineForImages(Object.values(containerImages()), report);
  if (!engine.usable) return engine;
  const client = await getContainerRuntimeClient();
  const { host } = client.info.containerRuntime;
  // Only at an address of its own can a machine listen.
  if (!(await isPortFree(0, host)))
    return unusable(`the container engine is on ${host}, and the tests reach ports of this machine only`, 'use an engine of this machine');
  // It removes what a killed run leaves behind, and has an image of its own.
  const failure = await failureOf(within(PULL_MS, getReaper(client)));
  return failure === undefined
    ? engine
    : unusable(
        `testcontainers cannot start its reaper (${failure})`,
        'give it the image testcontainers/ryuk (RYUK_CONTAINER_IMAGE names another)',
      );
}

/** Whether an engine answers and has the images, or can pull them. */
export async function askEngineForImages(images: readonly string[], report: Report): Promise<Engine> {
  const client = await within(ANSWER_MS, getContainerRuntimeClient()).catch(() => undefined);
  if (client === undefined) return unusable('no container engine answers', 'start one (docker info must work) or set DOCKER_HOST');
  for (const image of images) {
    const failure = await failureOf(pullIfMissing(client, image, report));
    if (failure !== undefined)
      return unusable(`the image ${image} is not here and cannot be pulled (${failure})`, `run docker pull ${image}`);
  }
  return { usable: true, what: `engine ${client.info.containerRuntime.serverVersion} with ${images.join(', ')}` };
}

const unusable = (missing: string, remedy: string): Engine => ({ usable: false, missing, remedy });

const failureOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error) => messageOf(error).trim(),
  );

async function pullIfMissing(client: ContainerRuntimeClient, image: string, report: Report): Promise<void> {
  const name = ImageName.fromString(image);
  if (await client.image.exists(name)) return;
  report(`pulling ${image} (once)`);
  await within(PULL_MS, client.image.pull(name));
  // A pull that the registry refuses halfway ends like one that succeeds.
  if (!(await client.image.exists(name))) throw new Error('the pull ended without it');
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  return Promise.race([work, timeout.promise]).finally(() => clearTimeout(timer));
}
