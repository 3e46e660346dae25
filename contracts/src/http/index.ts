export * from './inventory.ts';
export * from './loyalty.ts';
export * from './orders.ts';
