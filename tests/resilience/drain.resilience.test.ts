import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as moment } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type Instance, type ProcessShop, startShopOfProcesses } from '../support/processes.ts';
import { type Shop, WAIT } from '../support/shop.ts';
import { openEvents } from '../support/sse.ts';

let running: ProcessShop;
let shop: Shop;
beforeAll(async () => {
  running = await startShopOfProcesses();
  shop = running.shops[0] as Shop;
});
afterEach(() => expectGreenAudit());
afterAll(() => running.stop());

type Sent = { status: number } | { error: string; isNewConnection: boolean };

/** A client that keeps its connections; it answers with what became of the request, never throws. */
function keepAliveClient(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const send = (method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Sent> =>
    new Promise((resolve) => {
      const sent = request(`${url}${path}`, { agent, method, headers: { 'content-type': 'application/json', ...headers } }, (response) => {
        response.resume();
        response.on('end', () => resolve({ status: response.statusCode ?? 0 }));
        response.on('error', (error) => resolve({ error: `while answering: ${error.message}`, isNewConnection: false }));
      });
      sent.on('error', ({ code, message }: NodeJS.ErrnoException) =>
        resolve({ error: code ?? message, isNewConnection: !sent.reusedSocket }),
      );
      sent.end(body && JSON.stringify(body));
    });
  return { send, close: () => agent.destroy() };
}

/** Nobody listens any more, or the connection still waited to be accepted: the request was never taken, and another instance takes the next. */
const notTaken = (sent: Sent): boolean => 'error' in sent && sent.isNewConnection && ['ECONNREFUSED', 'ECONNRESET'].includes(sent.error);

describe('SIGTERM while requests are under way', () => {
  test.each([1, 2, 3])('breaks none of them and ends soon (round %s)', async (round) => {
    const order = running.instances['order-svc'][0] as Instance;
    const inventory = running.instances['inventory-svc'][0] as Instance;
    const [sku, customerId] = [await shop.productWith(1000), await shop.customerWith(0)];
    const body = { customer: { customerId }, items: [{ sku, quantity: 1 }] };
    const client = keepAliveClient(order.url);
    const checkout = (prefer: string) => client.send('POST', '/checkout', body, { 'idempotency-key': randomUUID(), prefer });

    // These wait for their decision, which does not come: inventory-svc is away.
    await inventory.stop();
    const { body: placed } = await shop.checkout(body, { prefer: 'respond-async' });
    const waiting = Array.from({ length: 4 }, () => checkout('wait=25'));
    const stream = await openEvents(`${order.url}/orders/${placed.orderId}/events`);
    const streamed = Array.fromAsync(stream.events);
    let sending = true;
    const others = Array.from({ length: 4 }, async () => {
      const answers: Sent[] = [];
      while (sending) {
        const answer = await checkout('respond-async');
        answers.push(answer);
        if (notTaken(answer)) return answers;
      }
      return answers;
    });
    await moment(300);
    const before = performance.now();
    await order.stop();
    const took = Math.round(performance.now() - before);
    sending = false;

    for (const instance of [order, inventory]) instance.start();
    const answers = [...(await Promise.all(waiting)), ...(await Promise.all(others)).flat()];
    const broken = answers.filter((sent) => !notTaken(sent) && !('status' in sent && sent.status === 202));
    await streamed;
    console.log(`SIGTERM, round ${round}: ended after ${took} ms; ${answers.length} requests, ${broken.length} broken`);
    expect(broken).toEqual([]);
    expect(took).toBeLessThan(10_000);
    client.close();
    await shop.ready();
    // What was answered is there, and what was not taken has left nothing.
    const accepted = answers.filter((sent) => 'status' in sent).length + 1;
    await vi.waitFor(
      async () => expect(await shop.levelOf(sku)).toEqual({ available: 1000 - accepted, reserved: 0, sold: accepted }),
      WAIT,
    );
  });
});
