import { randomUUID } from 'node:crypto';
import { sleep } from '@microshop/chassis/clock';
import type { Sample } from './answers.ts';
import { type Answer, type Connection, createConnection } from './connection.ts';
import { checkoutRequest } from './orders.ts';
import type { Plan } from './plan.ts';

/** Orders until it is told to stop; `stop` waits for the answers that are still to come. */
export type Arriving = { readonly finished: Promise<void>; stop(): void };
export type OnAnswer = (sample: Sample) => void;

const now = () => performance.now();

/** The first part of an Idempotency-Key: no two runs of a load share one. */
const run = randomUUID();
let orders = 0;

/** A broken connection is tried again, but not in a busy loop. */
const AFTER_LOSS_MS = 20;

/** `restMs`: so long its client leaves it. */
type Ordered = { sample: Sample; restMs: number };

async function order(connection: Connection, { orders: shape }: Plan, sentAt: number): Promise<Ordered> {
  const answer = await connection.ask(checkoutRequest(shape, `${run}-${orders++}`)).catch(() => undefined);
  const sample = { sentAt, answeredAt: now(), outcome: answer ? outcomeOf(answer) : 'lost' };
  return { sample, restMs: answer ? restAfter(answer) : AFTER_LOSS_MS };
}

/** A 202 says when to look at the order; only a refusal is to be tried again. */
const restAfter = ({ status, retryAfterSeconds }: Answer): number => (status >= 400 ? retryAfterSeconds * 1000 : 0);

function outcomeOf({ status, body }: Answer): string {
  const code = status < 400 ? undefined : /"code":"(\w+)"/.exec(body.toString('latin1'))?.[1];
  return code === undefined ? String(status) : `${status} ${code}`;
}

const urlAt = ({ urls }: Plan, index: number): URL => new URL(urls[index % urls.length] ?? '');

/** Each client waits for its answer, and as long as a refusal asks for, before it orders again. `most`: so many orders in all. */
export function arriveClosed(plan: Plan, clients: number, pauseMs: number, most: number, onAnswer: OnAnswer, rest = sleep): Arriving {
  let left = most;
  let isStopped = false;
  async function client(index: number): Promise<void> {
    const connection = createConnection(urlAt(plan, index));
    while (!isStopped && left-- > 0) {
      const { sample, restMs } = await order(connection, plan, now());
      onAnswer(sample);
      if (pauseMs + restMs > 0) await rest(Math.max(pauseMs, restMs));
    }
    connection.close();
  }
  const finished = Promise.all(Array.from({ length: clients }, (_, index) => client(index))).then(() => undefined);
  return {
    finished,
    stop() {
      isStopped = true;
    },
  };
}

const TICK_MS = 5;

/** Orders come at a rate. Their latency counts from when they were due, so what is late because the load is late is not lost sight of. */
export function arriveOpen(plan: Plan, perSecond: number, connections: number, onAnswer: OnAnswer): Arriving {
  const { promise: finished, resolve } = Promise.withResolvers<void>();
  const beganAt = now();
  const idle: Connection[] = [];
  let opened = 0;
  let sent = 0;
  let underWay = 0;
  let isStopped = false;

  function arrive(dueAt: number): void {
    const connection = idle.pop() ?? (opened < connections ? createConnection(urlAt(plan, opened++)) : undefined);
    if (!connection) {
      onAnswer({ sentAt: dueAt, answeredAt: dueAt, outcome: 'unsent' });
      return;
    }
    underWay++;
    void order(connection, plan, dueAt).then(({ sample }) => {
      onAnswer(sample);
      underWay--;
      idle.push(connection);
      end();
    });
  }
  function end(): void {
    if (!isStopped || underWay > 0) return;
    for (const connection of idle) connection.close();
    resolve();
  }
  const ticks = setInterval(() => {
    const due = Math.floor(((now() - beganAt) / 1000) * perSecond);
    while (sent < due) arrive(beganAt + (sent++ / perSecond) * 1000);
  }, TICK_MS);
  return {
    finished,
    stop() {
      clearInterval(ticks);
      isStopped = true;
      end();
    },
  };
}
