import { portSetting, serviceSettings } from '@microshop/chassis/config';
import { DURATION } from '@microshop/chassis/duration';
import Type, { type Static } from 'typebox';

const checkoutsPerMinute = (whose: string, standard: number) =>
  Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      description: `Checkouts of ${whose} in a minute, in each instance, and four times as many prices asked for; 0 is no limit. Unset, ${standard}, and no limit for callers on the machine itself. Operators have none.`,
    }),
  );

export const OrderConfig = Type.Object({
  ...serviceSettings,
  ORDER_SVC_PORT: portSetting('order-svc', 4001),
  ORDER_TIMEOUT: Type.String({
    default: '10m',
    pattern: DURATION,
    description:
      'An order that is undecided this long after its request was published is rejected as timed_out: 500ms, 30s, 10m; milliseconds without a unit.',
  }),
  POINT_VALUE: Type.Integer({
    default: 1,
    minimum: 1,
    maximum: 1000,
    description: 'Minor units of the currency that one redeemed point is worth.',
  }),
  CHECKOUT_TARGET_MS: Type.Integer({
    default: 500,
    minimum: 100,
    maximum: 60_000,
    description:
      'How long a checkout may wait for its outcome before new ones are answered 503: no more are open at once than are decided in this time.',
  }),
  MIN_IN_FLIGHT_CHECKOUTS: Type.Integer({
    default: 256,
    minimum: 1,
    maximum: 1_000_000,
    description: 'As many checkouts are let in at once, however slowly they are decided. MAX_IN_FLIGHT is the upper bound.',
  }),
  CHECKOUTS_PER_MINUTE_PER_CUSTOMER: checkoutsPerMinute('one customer', 30),
  CHECKOUTS_PER_MINUTE_PER_ADDRESS: checkoutsPerMinute('one address, or one /64 of IPv6', 300),
});
export type OrderConfig = Readonly<Static<typeof OrderConfig>>;
