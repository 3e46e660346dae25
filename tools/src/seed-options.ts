import { parseArgs } from 'node:util';
import { runningShop, type ServiceUrls } from './running-shop.ts';
import { SeedFailure } from './seed-failure.ts';

export type SeedOptions = {
  /** Products and customers in all; the named ones are always among them. */
  products: number;
  customers: number;
  /** Units of each new product; undefined: what the demo data says. */
  stock: number | undefined;
  /** Do nothing when the catalogue has a product. */
  ifEmpty: boolean;
  currency: string;
  operatorToken: string;
  urls: ServiceUrls;
};

export const USAGE = `Usage: npm run seed -- [--products N] [--customers N] [--stock N] [--if-empty]

Loads the demo catalogue, customers and discount codes. What is there already stays as it is.

  --products N    products in all; beyond the named ones SKU-000001 and so on
  --customers N   customers in all; beyond the named ones customer-000001 and so on
  --stock N       units of each new product, except the scarce one
  --if-empty      do nothing when the catalogue has a product`;

const MOST = { products: 1_000_000, customers: 1_000_000, stock: 1_000_000_000 } as const;

/** The options of the command line and the environment; undefined when only help is asked for. */
export function seedOptions(args: readonly string[], env: NodeJS.ProcessEnv): SeedOptions | undefined {
  const { values } = parse(args);
  if (values.help) return undefined;
  return {
    products: numberOf('products', values.products) ?? 0,
    customers: numberOf('customers', values.customers) ?? 0,
    stock: numberOf('stock', values.stock),
    ifEmpty: values['if-empty'] ?? false,
    currency: env.SHOP_CURRENCY || 'EUR',
    ...runningShop(env),
  };
}

function parse(args: readonly string[]) {
  try {
    const number = { type: 'string' } as const;
    const flag = { type: 'boolean' } as const;
    return parseArgs({
      args: [...args],
      options: { products: number, customers: number, stock: number, 'if-empty': flag, help: { ...flag, short: 'h' } },
    });
  } catch (error) {
    throw new SeedFailure(`${(error as Error).message.split('\n')[0]}: npm run seed -- --help shows what there is.`);
  }
}

function numberOf(option: keyof typeof MOST, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= MOST[option]) return number;
  throw new SeedFailure(`--${option} is "${text}": give a whole number from 0 to ${MOST[option]}.`);
}
