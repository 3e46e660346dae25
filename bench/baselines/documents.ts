/** What the transaction design keeps, in a database of its own. */
export const DATABASE = 'transaction_design';
export type StockDocument = { _id: string; available: number };
export type AccountDocument = { _id: string; points: number };
export type OrderDocument = {
  _id: string;
  customerId: string;
  items: { sku: string; quantity: number }[];
  status: 'confirmed' | 'rejected';
  code?: string;
  createdAt: Date;
};
