import { portSetting, serviceSettings } from '@microshop/chassis/config';
import { DURATION } from '@microshop/chassis/duration';
import type { ServiceName } from '@microshop/contracts';
import Type, { type Static } from 'typebox';

const serviceUrl = (service: string, port: number) =>
  Type.String({
    default: `http://127.0.0.1:${port}`,
    pattern: '^https?://[^\\s/,]+/?(,https?://[^\\s/,]+/?)*$',
    description: `Where ${service} is. Several instances, separated by commas, take turns; one that is away is passed over.`,
  });

export const ConsoleConfig = Type.Object({
  ...serviceSettings,
  CONSOLE_PORT: portSetting('the console', 4000),
  ORDER_SVC_URL: serviceUrl('order-svc', 4001),
  INVENTORY_SVC_URL: serviceUrl('inventory-svc', 4002),
  LOYALTY_SVC_URL: serviceUrl('loyalty-svc', 4003),
  CONSOLE_WEB_DIR: Type.Optional(
    Type.String({ description: 'Where the built pages are; unset, `console/dist`. `npm start` builds them.' }),
  ),
  LOW_STOCK: Type.Integer({
    default: 5,
    minimum: 0,
    maximum: 1_000_000,
    description: 'A product with fewer available units is marked as low.',
  }),
  GRAPHQL_ENABLED: Type.Boolean({
    default: false,
    description: 'Whether `POST /console/graphql` answers queries of orders, products and customers.',
  }),
  DISCARD_GRACE: Type.String({
    default: '30s',
    pattern: DURATION,
    description: 'How long a discard of dead letters can be taken back; then it takes effect.',
  }),
  AUDIT_INTERVAL: Type.String({ default: '60s', pattern: DURATION, description: 'How often the console checks the invariants.' }),
  EARN_SPEND_PER_POINT: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: "loyalty-svc's setting, for what a replay would do." }),
  ),
});
export type ConsoleConfig = Readonly<Static<typeof ConsoleConfig>>;

export type ServiceUrls = Readonly<Record<ServiceName, readonly string[]>>;

/** Where the instances of each service are. */
export const urlsOf = ({ ORDER_SVC_URL, INVENTORY_SVC_URL, LOYALTY_SVC_URL }: ConsoleConfig): ServiceUrls => ({
  'order-svc': ORDER_SVC_URL.split(','),
  'inventory-svc': INVENTORY_SVC_URL.split(','),
  'loyalty-svc': LOYALTY_SVC_URL.split(','),
});
