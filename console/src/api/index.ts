/**
 * The console's own API. Everything is under `/console`; `/api/*` is the three services as they are, on this one origin.
 * Errors are problem documents ({ status, code, detail }). Streams are server-sent events whose `data` is JSON.
 */
export * from './customers.ts';
export * from './dead-letters.ts';
export * from './health.ts';
export * from './orders.ts';
export * from './session.ts';
export * from './stock.ts';
export * from './topics.ts';
