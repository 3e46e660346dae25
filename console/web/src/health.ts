import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Health } from '../../src/api/index.ts';
import { session } from './api.ts';
import { useStream } from './live.ts';

/** The last that was heard; the navigation and the overview show the same. */
export const health = signal<Health | undefined>(undefined);
export const isHealthLive = signal(false);

/** Used once, by the page as a whole. */
export function useHealth(): void {
  const isLive = useStream<Health>(session.value?.mayRead ? '/console/health/events' : undefined, (heard) => {
    health.value = heard;
  });
  useEffect(() => {
    isHealthLive.value = isLive;
  }, [isLive]);
}
