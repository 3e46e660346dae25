import { describe, expect, test, vi } from 'vitest';
import { chooseBackend, type Engine } from './support/backend.ts';
import { containerImages } from './support/container-images.ts';

const READY: Engine = { usable: true, what: 'engine 28.0.1' };
const ABSENT: Engine = { usable: false, missing: 'no container engine answers', remedy: 'start Docker' };
const choose = (wanted: string | undefined, engine: Engine) => chooseBackend(wanted, async () => engine);

describe('the backend of the tests', () => {
  test.each<[string | undefined, Engine, Awaited<ReturnType<typeof chooseBackend>>]>([
    [undefined, READY, { backend: 'containers', reason: 'engine 28.0.1' }],
    ['', READY, { backend: 'containers', reason: 'engine 28.0.1' }],
    [undefined, ABSENT, { backend: 'embedded', reason: 'no container engine answers' }],
    ['containers', READY, { backend: 'containers', reason: 'engine 28.0.1' }],
    ['embedded', READY, { backend: 'embedded', reason: 'TEST_BACKEND says so' }],
    ['embedded', ABSENT, { backend: 'embedded', reason: 'TEST_BACKEND says so' }],
  ])('with TEST_BACKEND=%s and %o is %o', async (wanted, engine, choice) => {
    expect(await choose(wanted, engine)).toEqual(choice);
  });

  test('says what is missing and what helps when containers are forced and cannot be had', async () => {
    await expect(choose('containers', ABSENT)).rejects.toThrow(
      'TEST_BACKEND is "containers", but no container engine answers: start Docker, or set TEST_BACKEND=embedded.',
    );
  });

  test.each([READY, ABSENT])('says what can be set when it is set to something else, %o', async (engine) => {
    await expect(choose('docker', engine)).rejects.toThrow('TEST_BACKEND is "docker": set containers or embedded');
  });

  test('asks no engine whose answer would not count', async () => {
    const askEngine = vi.fn();
    await chooseBackend('embedded', askEngine);
    await expect(chooseBackend('docker', askEngine)).rejects.toThrow();
    expect(askEngine).not.toHaveBeenCalled();
  });
});

test('containers are of the images that docker-compose.yml pins', () => {
  expect(containerImages()).toEqual({
    kafka: expect.stringMatching(/^apache\/kafka:\d+\.\d+\.\d+$/),
    mongo: expect.stringMatching(/^mongo:\d+\.\d+/),
  });
});
