import { lastLine } from '@microshop/local/processes/run-tool';
import type { TestServer } from '@microshop/local/test-stack';
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers';

export type ContainerSpec = {
  image: string;
  /** Inside and outside: a server that tells clients its address then tells one that is right on both sides, also after a restart. */
  port: number;
  /** The line of the log after which it can be asked. */
  startedLine: RegExp;
  waitUntilReady(signal: AbortSignal): Promise<void>;
};

/** On 127.0.0.1 alone, as every server of a test is. */
export class LocalContainer extends GenericContainer {
  readonly spec: ContainerSpec;

  constructor(spec: ContainerSpec) {
    super(spec.image);
    this.spec = spec;
    const port = `${spec.port}/tcp`;
    this.createOpts.ExposedPorts = { [port]: {} };
    this.hostConfig.PortBindings = { [port]: [{ HostIp: '127.0.0.1', HostPort: String(spec.port) }] };
  }
}

/** What a server gets to end cleanly. */
const STOP_MS = 15_000;
const START_MS = 120_000;

/** `remove` ends it for good, with its data. */
export type ContainerServer = TestServer & { remove(): Promise<void> };

export async function startContainerServer(image: LocalContainer): Promise<ContainerServer> {
  const { spec } = image;
  const { signal } = new AbortController();
  let log = '';
  const started = await image
    .withWaitStrategy(Wait.forLogMessage(spec.startedLine))
    .withStartupTimeout(START_MS)
    .withLogConsumer((stream) => {
      stream.on('data', (text) => {
        log = `${log}${text}`.slice(-4000);
      });
    })
    .start()
    .catch((error: Error) => {
      throw new Error(`${spec.image} did not start (${error.message}); it said last: ${lastLine(log)}`);
    });
  await spec.waitUntilReady(signal);

  const client = await getContainerRuntimeClient();
  const container = client.container.getById(started.getId());
  let running = true;
  const send = async (name: NodeJS.Signals): Promise<void> => {
    if (running) await container.kill({ signal: name });
  };
  return {
    isRunning: () => running,
    async stop() {
      await client.container.stop(container, { timeout: STOP_MS });
      running = false;
    },
    async kill() {
      await send('SIGKILL');
      await container.wait();
      running = false;
    },
    async restart() {
      await started.restart({ timeout: STOP_MS });
      running = true;
      await spec.waitUntilReady(signal);
    },
    pause: () => send('SIGSTOP'),
    resume: () => send('SIGCONT'),
    async remove() {
      await started.stop();
    },
  };
}
