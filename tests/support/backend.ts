/** Where the broker and the database of a test run come from. */
export const BACKENDS = ['containers', 'embedded'] as const;
export type Backend = (typeof BACKENDS)[number];

/** Whether containers can be used: with what, or what is missing and what helps, as parts of a sentence. */
export type Engine = { usable: true; what: string } | { usable: false; missing: string; remedy: string };

export type Choice = { backend: Backend; reason: string };

/** `TEST_BACKEND` decides; unset, it is containers where they can be used. The engine is asked only when its answer counts. */
export async function chooseBackend(wanted: string | undefined, askEngine: () => Promise<Engine>): Promise<Choice> {
  const setting = wanted?.trim() ?? '';
  if (setting !== '' && !BACKENDS.some((backend) => backend === setting))
    throw new Error(
      `TEST_BACKEND is "${setting}": set ${BACKENDS.join(' or ')}, or unset it to use containers where an engine can run them.`,
    );
  if (setting === 'embedded') return { backend: 'embedded', reason: 'TEST_BACKEND says so' };
  const engine = await askEngine();
  if (engine.usable) return { backend: 'containers', reason: engine.what };
  if (setting === 'containers')
    throw new Error(`TEST_BACKEND is "containers", but ${engine.missing}: ${engine.remedy}, or set TEST_BACKEND=embedded.`);
  return { backend: 'embedded', reason: engine.missing };
}
