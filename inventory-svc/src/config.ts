import { portSetting, serviceSettings } from '@microshop/chassis/config';
import Type, { type Static } from 'typebox';

export const InventoryConfig = Type.Object({
  ...serviceSettings,
  INVENTORY_SVC_PORT: portSetting('inventory-svc', 4002),
  HOLD_TTL_MS: Type.Integer({
    default: 600_000,
    minimum: 1,
    maximum: 86_400_000,
    description: 'How long validate-stock holds units for a cart, in milliseconds.',
  }),
});
export type InventoryConfig = Readonly<Static<typeof InventoryConfig>>;
