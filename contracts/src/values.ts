import Type from 'typebox';

/** What an identifier given by people may look like (SKU, customer id): safe in a URL, a Kafka key and a shell. */
export const IDENTIFIER = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$';

export const Sku = Type.String({ pattern: IDENTIFIER, description: 'Stock keeping unit', examples: ['MUG-BLUE'] });
export const CustomerId = Type.String({ pattern: IDENTIFIER, description: 'Customer id', examples: ['ada'] });
/** JSON Schema's `uuid` may have a `urn:uuid:` before it, which validators take or refuse as they like. */
const uuid = { format: 'uuid', maxLength: 36 };
export const OrderId = Type.String({ ...uuid, description: 'Order id, a UUIDv7' });
export const ReservationId = Type.String({ ...uuid, description: 'Id of a hold made through validate-stock, a UUIDv7' });
export const DiscountCode = Type.String({ pattern: IDENTIFIER, description: 'Discount code, case-insensitive' });
export const Currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217 code', examples: ['EUR'] });
export const Timestamp = Type.String({ format: 'date-time', description: 'ISO 8601, UTC' });

/** At most 999 units a line (issue 3), so that 50 lines at the highest price stay far below 2^53. */
export const Quantity = Type.Integer({ minimum: 1, maximum: 999 });
/** An amount in minor units (cents for EUR). The maximum keeps every sum of an order an exact integer. */
export const MAX_UNIT_PRICE = 1_000_000_000;
export const UnitPrice = Type.Integer({ minimum: 0, maximum: MAX_UNIT_PRICE, description: 'Minor units of the currency' });
export const Amount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Minor units of the currency' });
export const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
export const Version = Type.Integer({ minimum: 1, description: 'Rises by one with each change' });

/** An e-mail address as it is compared: trimmed and lower case. */
export const normalizeEmail = (email: string): string => email.trim().toLowerCase();

/**
 * One canonical text for a set of lines, whatever their order: `SKU:quantity` sorted by SKU, joined by commas.
 * An order and the hold it brings are for the same items when these texts (or their digests) are equal.
 */
export const canonicalItems = (items: readonly { sku: string; quantity: number }[]): string =>
  [...items]
    .sort((a, b) => (a.sku < b.sku ? -1 : a.sku > b.sku ? 1 : 0))
    .map(({ sku, quantity }) => `${sku}:${quantity}`)
    .join(',');
