export { catalog, type StockRejectionReason, stock, stockLevels, stockRejectionReasons } from './inventory-events.ts';
export { type PointsRejectionReason, points, pointsByCustomer, pointsRejectionReasons } from './loyalty-events.ts';
export { ordersByCustomer, ordersBySku, RejectionCode, rejectionCodes } from './order-events.ts';
export {
  deadLetterTopic,
  defineTopic,
  type EventOf,
  type EventSchemas,
  type EventType,
  RETENTION_MS,
  type ServiceName,
  schemaUrn,
  type Topic,
} from './topic.ts';
export { topics } from './topics.ts';
export { canonicalItems, normalizeEmail } from './values.ts';
