import { counter, gauge, histogram, LONG_SECONDS, SHORT_SECONDS } from './definition.ts';

/** What the chassis measures in every service. */
export const chassisMetrics = {
  buildInfo: gauge('build_info', 'Always 1; the version of the service.', ['version']),
  dependencyUp: gauge('dependency_up', 'Whether MongoDB answers, Kafka answers, and the consumer has its partitions (1) or not (0).', [
    'dependency',
  ]),
  sampleFailures: counter('sample_failures_total', 'Queries for gauges that failed or took longer than two seconds.', ['source']),

  httpDuration: histogram('http_request_duration_seconds', 'From the request to the end of its answer.', SHORT_SECONDS.concat(10, 30), [
    'method',
    'route',
    'status_code',
  ]),

  transactions: counter(
    'transactions_total',
    'Transactions by what became of them: committed, conflict (run again), unknown (the database did not say), unavailable, refused (by the database, a bug), abandoned (the work itself said no).',
    ['outcome'],
  ),
  transactionDuration: histogram('transaction_duration_seconds', 'From the begin of a transaction to its end.', SHORT_SECONDS),
  transactionRetries: counter('transaction_retries_total', 'Transactions that were run again because another was first.'),
  validatorRefusals: counter(
    'validator_refusals_total',
    "Writes that the database refused because they break the collection's validator, such as a stock below zero. Must be 0.",
    ['collection'],
  ),

  events: counter('events_total', 'Events that were committed to the outbox.', ['topic', 'type']),
  outboxPending: gauge('outbox_pending', 'Documents in the outbox that are not published yet; counted up to 10000.'),
  outboxOldestAge: gauge('outbox_oldest_age_seconds', 'Age of the oldest document that is not published yet; 0 without one.'),
  outboxStuck: gauge(
    'outbox_stuck',
    'Documents with an event that the broker refuses for its own sake, among the 1000 oldest that are not published yet.',
  ),
  outboxLease: gauge('outbox_lease_held', 'Whether this instance publishes the outbox (1) or another one does (0).'),
  publishDelay: histogram(
    'outbox_publish_delay_seconds',
    'From the commit of events to their acknowledgement by the broker.',
    LONG_SECONDS,
  ),

  sendDuration: histogram(
    'kafka_send_duration_seconds',
    'One send to the broker, by outcome: acknowledged, refused, failed.',
    SHORT_SECONDS,
    ['outcome'],
  ),
  recordsSent: counter('kafka_records_sent_total', 'Records that the broker acknowledged.', ['topic']),

  consumed: counter(
    'consumed_records_total',
    'Records by what became of them: handled, duplicate (dropped by the inbox), skipped, parked, dead, retried (a batch that waits for the database).',
    ['topic', 'type', 'result'],
  ),
  lagRecords: gauge('consumer_lag_records', 'Records that the group has not handled yet.', ['topic']),
  lagSeconds: gauge(
    'consumer_lag_seconds',
    'Age of the oldest record that this instance has and has not handled; where it has none, how long there has been lag without progress.',
    ['topic'],
  ),
  lastProgress: gauge('consumer_last_progress_timestamp_seconds', 'When this instance last handled a record.', ['topic']),
  deadLetters: gauge('dead_letters', 'Dead letters that wait for an operator, by status: dead, parked.', ['topic', 'status']),
} as const;
