import { signal } from '@preact/signals';
import { duration, exact } from './format.ts';

/** The clock of the page: all relative times move together, once a second. */
export const now = signal(Date.now());
setInterval(() => {
  if (document.visibilityState === 'visible') now.value = Date.now();
}, 1000);

const age = (iso: string): number => now.value - Date.parse(iso);

/** How long ago, with the exact time on hover. */
export function Ago({ at }: { at: string }) {
  const passed = age(at);
  return (
    <time class="nowrap" dateTime={at} title={exact(at)}>
      {passed < 2000 ? 'just now' : `${duration(passed)} ago`}
    </time>
  );
}

/** How long something lasts already. */
export const Since = ({ at }: { at: string }) => (
  <time class="nowrap" dateTime={at} title={`since ${exact(at)}`}>
    {duration(Math.max(0, age(at)))}
  </time>
);
