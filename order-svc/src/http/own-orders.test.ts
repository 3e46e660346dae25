import { describe, expect, it } from 'vitest';
import { guestId } from '../application/checkout-request.ts';
import { isOwn, requireOwnCheckout } from './own-orders.ts';

const ada = { kind: 'subject', subject: 'ada', email: 'Ada@example.com' } as const;
const withoutEmail = { kind: 'subject', subject: 'ada' } as const;
const trusted = [{ kind: 'operator' }, { kind: 'local' }] as const;
const asGuest = guestId('ada@example.com');

describe('an order is own', () => {
  it.each(trusted)('to everybody who is no customer: %j', (caller) => {
    expect(isOwn({ customerId: 'bob', customerKey: 'bob' }, caller)).toBe(true);
  });

  it.each([
    ['their order', { customerId: 'ada', customerKey: 'ada' }, true, true],
    ["a guest's that turned out to be theirs", { customerId: 'ada', customerKey: 'guest-x' }, true, true],
    ['one as a guest with their e-mail', { customerId: asGuest, customerKey: asGuest }, true, false],
    ['one as a guest that was registered meanwhile', { customerId: 'c-1', customerKey: asGuest }, true, false],
    ["somebody else's", { customerId: 'bob', customerKey: 'bob' }, false, false],
  ])('to a customer: %s', (_what, order, withEmail, without) => {
    expect([isOwn(order, ada), isOwn(order, withoutEmail)]).toEqual([withEmail, without]);
  });
});

describe('a checkout', () => {
  const guest = { email: 'ada@example.com', name: 'Ada' };

  it('is let pass for oneself, and for anybody by operators and on the machine itself', () => {
    for (const caller of [ada, withoutEmail, ...trusted]) requireOwnCheckout({ customerId: 'ada' }, caller);
    for (const caller of [ada, ...trusted]) requireOwnCheckout({ customerId: asGuest, guest }, caller);
    for (const caller of trusted) requireOwnCheckout({ customerId: 'bob' }, caller);
  });

  it.each([
    ['another customer', ada, { customerId: 'bob' }],
    ['a customer in other letters, who is another', ada, { customerId: 'Ada' }],
    ['a guest with an e-mail that the token does not vouch for', withoutEmail, { customerId: asGuest, guest }],
    ['a guest with another e-mail', ada, { customerId: 'guest-b', guest: { email: 'bob@example.com', name: 'Ada' } }],
  ])('is refused as %s', (_what, caller, checkout) => {
    expect(() => requireOwnCheckout(checkout, caller)).toThrow(expect.objectContaining({ code: 'other_customer', status: 403 }));
  });
});
