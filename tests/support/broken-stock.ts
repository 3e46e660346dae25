import { stock } from '@microshop/inventory-svc/application/collections';
import { type Database, of } from '@microshop/tools/databases';

/** Makes a stock document that no movement can be added to: the database itself refuses what comes of it. Gives what mends it. */
export async function breakStock(inventory: Pick<Database, 'db'>, sku: string): Promise<() => Promise<void>> {
  const collection = of(inventory, stock);
  const before = await collection.findOne({ _id: sku });
  await collection.updateOne({ _id: sku }, { $set: { reserved: 'broken' as never } }, { bypassDocumentValidation: true });
  return async () => {
    if (before) await collection.replaceOne({ _id: sku }, before);
  };
}
