import { deadLetterTopic, type ServiceName, topics } from '@microshop/contracts';
import { consumedBy, topicNames } from '../backup/groups.ts';
import { services } from '../databases.ts';

export type Operation = 'Read' | 'Write' | 'Describe' | 'Delete';
export type Right = {
  readonly resource: 'topic' | 'group';
  readonly name: string;
  readonly pattern: 'literal' | 'prefix';
  readonly operations: readonly Operation[];
};

/** Who logs in to Kafka: the services, the console with the tools in it, the autoscaler, backup and restore. */
export type KafkaUser = ServiceName | 'console' | 'keda' | 'backup' | 'restore';

const on =
  (resource: Right['resource'], pattern: Right['pattern'], ...operations: Operation[]) =>
  (name: string): Right => ({ resource, name, pattern, operations });

const topic = (...operations: Operation[]) => on('topic', 'literal', ...operations);
const group = (...operations: Operation[]) => on('group', 'literal', ...operations);

/** No service may make or change a topic: that is the operator's. To replay a dead letter, a service writes to a topic that it reads. */
function rightsOfService(service: ServiceName): Right[] {
  const owned = topics.filter(({ owner }) => owner === service).map(({ name }) => name);
  const consumed = consumedBy(service);
  return [
    ...owned.map(topic('Write')),
    ...consumed.map(topic('Read', 'Write')),
    ...consumed.map((name) => deadLetterTopic(name, service)).map(topic('Write')),
    group('Read')(service),
  ];
}

const withDeadLetters: readonly string[] = topics.flatMap(({ name, consumers }) => [
  name,
  ...consumers.map((consumer) => deadLetterTopic(name, consumer)),
]);

/** What each user may do with Kafka, and nothing else is allowed. */
export const rights: Readonly<Record<KafkaUser, readonly Right[]>> = {
  'order-svc': rightsOfService('order-svc'),
  'inventory-svc': rightsOfService('inventory-svc'),
  'loyalty-svc': rightsOfService('loyalty-svc'),
  // Its groups are one for each generation of its documents, and one for each search of the topics or run of a tool.
  console: [
    ...withDeadLetters.map(topic('Read')),
    ...services.map(group('Describe')),
    ...['console-', 'reader-'].map(on('group', 'prefix', 'Read', 'Delete')),
  ],
  keda: [...services.flatMap((service) => consumedBy(service)).map(topic('Describe')), ...services.map(group('Describe'))],
  backup: [...topicNames.map(topic('Describe')), ...services.map(group('Describe'))],
  // It sends each group back to where it was.
  restore: [...topicNames.map(topic('Read')), ...services.map(group('Read')), on('group', 'prefix', 'Read', 'Delete')('reader-')],
};
