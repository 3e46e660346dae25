import type { Running } from '@microshop/chassis/lifecycle';
import { openShop, type Shop } from '@microshop/tools/dlt/shop';
import type { MongoAddress } from '@microshop/tools/running-stack';

export { groups, of, type Place, type Shop } from '@microshop/tools/dlt/shop';

/** The services' databases, as the tools open them; opened at the first use, and again when that failed. */
export type ShopSource = Running & { shop(): Promise<Shop> };

export function createShopSource(address: MongoAddress): ShopSource {
  let opening: Promise<Shop> | undefined;
  return {
    async shop() {
      opening ??= openShop(address);
      const attempt = opening;
      return attempt.catch((error: unknown) => {
        if (opening === attempt) opening = undefined;
        throw error;
      });
    },
    async stop() {
      await opening?.then(
        (shop) => shop.close(),
        () => undefined,
      );
    },
  };
}
