import { portSetting, serviceSettings } from '@microshop/chassis/config';
import Type, { type Static } from 'typebox';

export const LoyaltyConfig = Type.Object({
  ...serviceSettings,
  LOYALTY_SVC_PORT: portSetting('loyalty-svc', 4003),
  EARN_SPEND_PER_POINT: Type.Integer({
    default: 100,
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'Minor units of the currency that a confirmed order spends for each point earned; a remainder earns nothing.',
  }),
});
export type LoyaltyConfig = Readonly<Static<typeof LoyaltyConfig>>;
