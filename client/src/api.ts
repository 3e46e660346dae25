import type { components as inventory, paths as inventoryPaths } from './generated/inventory-svc.ts';
import type { components as loyalty, paths as loyaltyPaths } from './generated/loyalty-svc.ts';
import type { paths as orderPaths, components as orders } from './generated/order-svc.ts';

/** All that can be asked of the shop, behind one origin. */
export type Paths = orderPaths & inventoryPaths & loyaltyPaths;

export type Problem = orders['schemas']['Problem'];

export type CheckoutRequest = orders['schemas']['CheckoutRequest'];
export type QuoteRequest = orders['schemas']['QuoteRequest'];
export type Quote = orders['schemas']['Quote'];
export type Order = orders['schemas']['Order'];
export type OrderStatus = Order['status'];
export type Rejection = NonNullable<Order['rejection']>;
export type Discount = orders['schemas']['Discount'];

export type Product = inventory['schemas']['Product'];
export type StockLevel = inventory['schemas']['StockLevel'];
export type Hold = inventory['schemas']['ValidateStockResult'];

export type Customer = loyalty['schemas']['Customer'];
export type PointsBalance = loyalty['schemas']['PointsBalance'];
