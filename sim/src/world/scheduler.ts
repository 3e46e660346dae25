import type { Sleep } from '@microshop/chassis/clock';
import type { Random } from '@microshop/chassis/testing/random';

/** One life of a process: when it is over, whatever it awaits never comes. */
export type Life = { readonly name: string; alive: boolean; paused: boolean };

type Task = { life: Life; label: string; run: () => void };
type Timer = Task & { at: number };

export type Scheduler = {
  /** Milliseconds since the world began. */
  readonly now: number;
  readonly steps: number;
  /** Waits until it is chosen to go on; for ever when its life ends before. Each port awaits this: here others come in between, or a crash. */
  turn(life: Life, label: string): Promise<void>;
  after(life: Life, ms: number, label: string, run: () => void): () => void;
  sleepOf(life: Life): Sleep;
  /** Nothing of this life goes on any more. */
  end(life: Life): void;
  /** The run is over. Node keeps a signal that somebody listens to, and with it all that it leads to. */
  endAll(): void;
  jump(ms: number): void;
  /** True when somebody could go on now. */
  readonly isBusy: boolean;
  /** Whose step it is. */
  readonly current: Life | undefined;
  /** Lets everyone come to the next point at which they wait. */
  settle(): Promise<void>;
  /** One step: someone who waits goes on or, when nobody can, time passes until the next timer. */
  step(): void;
};

/** Who goes next is drawn from the seed; a step takes a millisecond. */
export function createScheduler(random: Random, trace: (text: string) => void): Scheduler {
  let ready: Task[] = [];
  let timers: Timer[] = [];
  const asleep = new Map<() => void, Life>();
  let [now, steps] = [0, 0];
  let current: Life | undefined;

  function wakeDue() {
    while (timers.length > 0 && (timers[0] as Timer).at <= now) {
      const timer = timers.shift() as Timer;
      if (timer.life.alive) ready.push(timer);
    }
  }

  function insert(timer: Timer) {
    let at = timers.length;
    while (at > 0 && (timers[at - 1] as Timer).at > timer.at) at--;
    timers.splice(at, 0, timer);
  }

  function take(): Task | undefined {
    const able = ready.some(({ life }) => life.paused) ? ready.filter(({ life }) => !life.paused) : ready;
    if (able.length === 0) return undefined;
    const task = random.pick(able);
    const at = ready.indexOf(task);
    ready[at] = ready.at(-1) as Task;
    ready.pop();
    return task;
  }

  const scheduler: Scheduler = {
    get now() {
      return now;
    },
    get steps() {
      return steps;
    },
    get current() {
      return current;
    },
    get isBusy() {
      return ready.some(({ life }) => !life.paused);
    },
    turn(life, label) {
      // A promise of its own: what waits for one that lives is kept with it for ever.
      if (!life.alive) return new Promise(() => undefined);
      return new Promise((run) => ready.push({ life, label, run }));
    },
    after(life, ms, label, run) {
      const timer: Timer = { life, label, run, at: now + Math.max(0, Math.ceil(ms)) };
      if (life.alive) insert(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
        ready = ready.filter((each) => each !== timer);
      };
    },
    sleepOf: (life) => (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const forget = () => {
          cancel();
          signal?.removeEventListener('abort', done);
          asleep.delete(forget);
        };
        const done = () => {
          forget();
          resolve();
        };
        const cancel = scheduler.after(life, ms, 'wakes', done);
        signal?.addEventListener('abort', done, { once: true });
        asleep.set(forget, life);
      }),
    end(life) {
      life.alive = false;
      for (const [forget, sleeper] of asleep) if (sleeper === life) forget();
      ready = ready.filter((task) => task.life !== life);
      timers = timers.filter((timer) => timer.life !== life);
    },
    endAll() {
      for (const forget of asleep.keys()) forget();
      ready = [];
      timers = [];
    },
    jump(ms) {
      now += ms;
    },
    // Promises are worked off before the next immediate.
    settle: () => new Promise((resolve) => setImmediate(resolve)),
    step() {
      steps++;
      now++;
      wakeDue();
      let task = take();
      if (!task && timers.length > 0) {
        now = Math.max(now, (timers[0] as Timer).at);
        wakeDue();
        task = take();
      }
      if (!task) return;
      trace(`${task.life.name} ${task.label}`);
      current = task.life;
      task.run();
    },
  };
  return scheduler;
}

export const createLife = (name: string): Life => ({ name, alive: true, paused: false });
