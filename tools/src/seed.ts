import { createShopClient } from './seed-client.ts';
import { SeedFailure } from './seed-failure.ts';
import { seedOptions, USAGE } from './seed-options.ts';
import { seedShop } from './seed-shop.ts';

try {
  const options = seedOptions(process.argv.slice(2), process.env);
  if (options) await seedShop(createShopClient(options), options, process.stdout);
  else process.stdout.write(`${USAGE}\n`);
} catch (error) {
  if (!(error instanceof SeedFailure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
