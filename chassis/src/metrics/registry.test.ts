import { describe, expect, test, vi } from 'vitest';
import { counter, gauge, histogram } from './definition.ts';
import type { SetGauge } from './metrics.ts';
import { createMetrics } from './registry.ts';

const visits = counter('visits_total', 'Visits.', ['door']);
const depth = gauge('queue_depth', 'What waits.');
const wait = histogram('wait_seconds', 'How long.', [1, 5]);
const linesOf = async (metrics: { text(): Promise<string> }, name: string) =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith(`microshop_${name}`));

describe('the metrics of a service', () => {
  test('are in the text with the service’s name, and apart from another’s in the same process', async () => {
    const [one, other] = [createMetrics('one-svc'), createMetrics('other-svc')];
    one.counter(visits).add({ door: 'front' }, 2);
    other.counter(visits).add({ door: 'back' });
    one.histogram(wait).observe({}, 3);
    expect(await linesOf(one, 'visits')).toEqual(['microshop_visits_total{door="front",service="one-svc"} 2']);
    expect(await linesOf(other, 'visits')).toEqual(['microshop_visits_total{door="back",service="other-svc"} 1']);
    expect(await linesOf(one, 'wait_seconds_bucket')).toEqual([
      'microshop_wait_seconds_bucket{le="1",service="one-svc"} 0',
      'microshop_wait_seconds_bucket{le="5",service="one-svc"} 1',
      'microshop_wait_seconds_bucket{le="+Inf",service="one-svc"} 1',
    ]);
  });

  test('have the process’s own beside them, once', async () => {
    const text = `${await createMetrics('one-svc').text()}`;
    expect(text.match(/^# TYPE process_resident_memory_bytes gauge$/gm)).toHaveLength(1);
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds/m);
  });
});

describe('a sampled gauge', () => {
  test('is asked for when it is read, and kept for a while', async () => {
    const metrics = createMetrics('a-svc');
    const read = vi.fn(async (set) => set(depth, {}, 7));
    metrics.sampled('queue', { gauges: [depth], read });
    expect(read).not.toHaveBeenCalled();
    const readings = await Promise.all([linesOf(metrics, 'queue_depth'), linesOf(metrics, 'queue_depth')]);
    expect([...readings, await linesOf(metrics, 'queue_depth')]).toEqual(Array(3).fill(['microshop_queue_depth{service="a-svc"} 7']));
    expect(read).toHaveBeenCalledOnce();
  });

  test('whose source fails is left out and counted, and comes back', async () => {
    const metrics = createMetrics('a-svc');
    let isAway = false;
    const read = async (set: SetGauge) => {
      if (isAway) throw new Error('away');
      set(depth, {}, 1);
    };
    metrics.sampled('queue', { gauges: [depth], read }, 0);
    expect(await linesOf(metrics, 'queue_depth')).toHaveLength(1);
    isAway = true;
    expect(await linesOf(metrics, 'queue_depth')).toEqual([]);
    isAway = false;
    expect(await linesOf(metrics, 'queue_depth')).toHaveLength(1);
    expect(await linesOf(metrics, 'sample_failures')).toEqual(['microshop_sample_failures_total{source="queue",service="a-svc"} 1']);
  });

  test('whose source does not answer is left out in bounded time, and a late answer changes nothing', async () => {
    vi.useFakeTimers();
    try {
      const metrics = createMetrics('a-svc');
      const late = Promise.withResolvers<void>();
      metrics.sampled('queue', { gauges: [depth], read: (set) => late.promise.then(() => set(depth, {}, 9)) });
      const reading = linesOf(metrics, 'queue_depth');
      await vi.advanceTimersByTimeAsync(2000);
      expect(await reading).toEqual([]);
      late.resolve();
      expect(await linesOf(metrics, 'queue_depth')).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });
});
