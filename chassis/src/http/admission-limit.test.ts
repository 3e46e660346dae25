import { describe, expect, it } from 'vitest';
import { createAdmissionLimit } from './admission-limit.ts';

const STEP_MS = 5;
const SECOND = 1000;
const MAX = 2000;
const TARGET_MS = 600;

type Request = { arrivedAt: number; isOpen: boolean };

/** A played service: a queue that is worked off in batches, requests that wait two seconds, and a limit at its door. */
function createService({ perSecond = 400, batchMs = 50, min = 64, waitMs = 2 * SECOND } = {}) {
  let time = 0;
  const limit = createAdmissionLimit({ targetMs: TARGET_MS, min, max: MAX, now: () => time });
  const queue: Request[] = [];
  const open: Request[] = [];
  const seen = { decidedMs: [] as number[], inVain: 0, refused: 0 };
  let canWork = true;
  let due = 0;

  function leave(request: Request) {
    request.isOpen = false;
    limit.leave();
    limit.waited(time - request.arrivedAt);
  }
  function arrive(count: number) {
    for (let n = 0; n < count; n++) {
      if (!limit.enter()) {
        seen.refused++;
        continue;
      }
      const request = { arrivedAt: time, isOpen: true };
      queue.push(request);
      open.push(request);
    }
  }
  function work() {
    for (const request of queue.splice(0, (perSecond * batchMs) / SECOND)) {
      limit.completed();
      if (!request.isOpen) continue;
      leave(request);
      seen.decidedMs.push(time - request.arrivedAt);
    }
  }
  function giveUp() {
    while (open[0] && (!open[0].isOpen || time - open[0].arrivedAt >= waitMs)) {
      const request = open.shift();
      if (!request?.isOpen) continue;
      leave(request);
      seen.inVain++;
    }
  }

  return {
    limit,
    arrive,
    setWorking(works: boolean) {
      canWork = works;
    },
    /** What became of those who left meanwhile. */
    run(ms: number, arrivalsPerSecond = 0) {
      Object.assign(seen, { decidedMs: [], inVain: 0, refused: 0 });
      for (const end = time + ms; time < end; time += STEP_MS) {
        due += (arrivalsPerSecond * STEP_MS) / SECOND;
        arrive(Math.floor(due));
        due -= Math.floor(due);
        if (canWork && time % batchMs === 0) work();
        giveUp();
      }
      const waits = seen.decidedMs.toSorted((a, b) => a - b);
      return { ...seen, decided: waits.length, p99: waits[Math.floor(waits.length * 0.99)] ?? 0, longest: waits.at(-1) ?? 0 };
    },
  };
}

describe('three times the capacity for a minute', () => {
  it.each([
    { perSecond: 100, batchMs: 50 },
    { perSecond: 400, batchMs: 20 },
    { perSecond: 400, batchMs: 100 },
    { perSecond: 800, batchMs: 50 },
    { perSecond: 1600, batchMs: 100 },
  ])('leaves the work done and the waits short, and is over within 5 seconds: $perSecond/s in batches of $batchMs ms', (speed) => {
    const { limit, run } = createService(speed);
    const overload = run(60 * SECOND, 3 * speed.perSecond);
    expect(overload.decided).toBeGreaterThanOrEqual(0.8 * 60 * speed.perSecond);
    expect(overload.p99).toBeLessThan(SECOND);
    expect(overload.inVain).toBe(0);
    expect(overload.refused).toBeGreaterThan(60 * speed.perSecond);
    run(2 * SECOND, speed.perSecond / 2);
    const after = run(3 * SECOND, speed.perSecond / 2);
    expect(after).toMatchObject({ refused: 0, inVain: 0 });
    expect(after.longest).toBeLessThan(TARGET_MS / 2);
    expect(limit.state().limit).toBe(MAX);
  });
});

it('refuses nobody below the capacity', () => {
  expect(createService().run(30 * SECOND, 380)).toMatchObject({ refused: 0, inVain: 0 });
});

it('does not forget how to work under ten times the capacity', () => {
  const { run } = createService();
  run(10 * SECOND, 4000);
  const later = run(20 * SECOND, 4000);
  expect(later.decided).toBeGreaterThanOrEqual(0.8 * 20 * 400);
  expect(later.p99).toBeLessThan(SECOND);
});

it('follows a capacity that falls to a quarter and comes back', () => {
  let time = 0;
  const slow = createAdmissionLimit({ targetMs: TARGET_MS, min: 16, max: MAX, now: () => time });
  const at = (perWindow: number) => {
    for (let n = 0; n < 50; n++, time += 100) {
      for (let done = 0; done < perWindow; done++) slow.completed();
      slow.waited(TARGET_MS);
    }
    return slow.state().limit;
  };
  expect(at(40)).toBe(240);
  expect(at(10)).toBeGreaterThanOrEqual(60);
  expect(at(10)).toBeLessThan(65);
  expect(at(40)).toBeGreaterThan(235);
});

describe('a burst', () => {
  it('after a rest is let in whole, and what comes meanwhile is not held up for longer', () => {
    const { arrive, run } = createService();
    run(5 * SECOND, 20);
    arrive(700);
    expect(run(4 * SECOND)).toMatchObject({ decided: 700, refused: 0, inVain: 0 });
  });

  it('of more than the ceiling is refused beyond it', () => {
    const { arrive, limit, run } = createService();
    arrive(3000);
    expect(limit.state()).toEqual({ open: MAX, limit: MAX });
    run(SECOND);
    expect(limit.state().limit).toBe(240);
  });

  it('up to the least is let in however slow it is', () => {
    const { limit, run } = createService({ perSecond: 20, min: 100, waitMs: 20 * SECOND });
    expect(run(30 * SECOND, 60).refused).toBeGreaterThan(0);
    expect(limit.state().limit).toBe(100);
  });
});

describe('an outage, in which nothing is decided', () => {
  it('lets everybody in, who then has waited in vain', () => {
    const { run, setWorking } = createService();
    run(10 * SECOND, 200);
    setWorking(false);
    expect(run(60 * SECOND, 200).refused).toBe(0);
  });

  it('that comes during an overload lifts the limit again', () => {
    const { limit, run, setWorking } = createService();
    run(10 * SECOND, 1200);
    expect(limit.state().limit).toBeLessThan(300);
    setWorking(false);
    run(3 * SECOND, 100);
    expect(limit.state().limit).toBe(MAX);
  });

  it('leaves a backlog that is worked off, because less is let in than is done meanwhile', () => {
    const { run, setWorking } = createService();
    setWorking(false);
    run(10 * SECOND, 300);
    setWorking(true);
    run(20 * SECOND, 300);
    expect(run(10 * SECOND, 300)).toMatchObject({ refused: 0, inVain: 0 });
  });
});

it('lets in what is welcome up to the ceiling only', () => {
  const limit = createAdmissionLimit({ targetMs: TARGET_MS, min: 1, max: 2, now: () => 0 });
  expect([limit.enter(), limit.enter(true), limit.enter(true)]).toEqual([true, true, false]);
  limit.leave();
  expect(limit.enter()).toBe(true);
});

it('is a fixed bound where the ceiling is below the least', () => {
  expect(createAdmissionLimit({ targetMs: TARGET_MS, min: 256, max: 50 }).state().limit).toBe(256);
});
