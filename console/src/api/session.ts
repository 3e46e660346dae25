import Type, { type Static } from 'typebox';

/** What the page may show and do. Read first: it tells whether the operator has to sign in. */
export const Session = Type.Object({
  isOperator: Type.Boolean({ description: 'May change things; else everything is read-only' }),
  mayRead: Type.Boolean({ description: 'False: sign in first. Without the token only development on loopback is read' }),
  name: Type.Union([Type.String(), Type.Null()], { description: 'What the operator signs with; null without a session' }),
  mode: Type.Enum(['development', 'test', 'production']),
  currency: Type.String({ description: 'ISO 4217' }),
  lowStock: Type.Integer({ minimum: 0, description: 'A product with fewer available units is marked as low' }),
  hasDemo: Type.Boolean({ description: 'Whether /console/demo is there: never in production' }),
});
export type Session = Static<typeof Session>;

export const SignIn = Type.Object(
  {
    token: Type.String({
      minLength: 1,
      maxLength: 4096,
      pattern: '^[\\x21-\\x7e]+$',
      description: "The operators' token, or an operator's JWT",
    }),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 60, pattern: '\\S', description: 'Who signs notes, discards and replays' })),
  },
  { additionalProperties: false },
);
export type SignIn = Static<typeof SignIn>;

export const DemoCustomer = Type.Object({
  customerId: Type.String(),
  name: Type.String(),
  points: Type.Union([Type.Integer(), Type.Null()]),
});
export type DemoCustomer = Static<typeof DemoCustomer>;
export const DemoCustomers = Type.Object({ data: Type.Array(DemoCustomer) });
export type DemoCustomers = Static<typeof DemoCustomers>;

export const DemoTokenRequest = Type.Object({ customerId: Type.String({ minLength: 1, maxLength: 64 }) }, { additionalProperties: false });
export type DemoTokenRequest = Static<typeof DemoTokenRequest>;
/** `token` is null where the shop takes no tokens: then requests from this machine need none. */
export const DemoToken = Type.Object({
  customerId: Type.String(),
  token: Type.Union([Type.String(), Type.Null()]),
  expiresAt: Type.Union([Type.String(), Type.Null()]),
});
export type DemoToken = Static<typeof DemoToken>;
