import type { Db, Filter } from 'mongodb';
import { type CustomerDocument, customers } from '../application/collections.ts';
import type { CustomerListing, CustomerQueries } from '../application/queries.ts';

export function createCustomerQueries(db: Db): CustomerQueries {
  const documents = db.collection<CustomerDocument>(customers.name);
  return {
    find: async (customerId) => (await documents.findOne({ _id: customerId })) ?? undefined,
    list: ({ email, after, limit }) =>
      documents
        .find({ ...(email !== undefined && { email }), ...olderThan(after) })
        .sort({ createdAt: -1, _id: -1 })
        .limit(limit)
        .toArray(),
  };
}

function olderThan(after: CustomerListing['after']): Filter<CustomerDocument> {
  if (!after) return {};
  const { createdAt, customerId } = after;
  return { $or: [{ createdAt: { $lt: createdAt } }, { createdAt, _id: { $lt: customerId } }] };
}
