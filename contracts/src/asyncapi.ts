import { RETENTION_MS, type ServiceName, schemaUrn, type Topic } from './topic.ts';

type Json = Readonly<Record<string, unknown>>;
type Reference = { readonly $ref: string };
export type AsyncApiMessage = {
  readonly name: string;
  readonly title: string;
  readonly contentType: string;
  readonly headers: Json;
  readonly payload: Json;
  readonly correlationId: { readonly description: string; readonly location: string };
  readonly bindings: { readonly kafka: Json };
  readonly examples?: readonly Json[];
};
export type AsyncApiChannel = {
  readonly address: string;
  readonly messages: Readonly<Record<string, AsyncApiMessage>>;
  readonly bindings: { readonly kafka: { readonly partitions: number; readonly topicConfiguration: Json } & Json };
  /** Field of the payload that is the record's key. */
  readonly 'x-key': string;
};
export type AsyncApiOperation = {
  readonly action: 'send' | 'receive';
  readonly channel: Reference;
  readonly messages: readonly Reference[];
  readonly tags: readonly { readonly name: string }[];
} & Json;
export type AsyncApi = {
  readonly asyncapi: '3.0.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly defaultContentType: string;
  readonly channels: Readonly<Record<string, AsyncApiChannel>>;
  readonly operations: Readonly<Record<string, AsyncApiOperation>>;
};

export type AsyncApiOptions = {
  info: AsyncApi['info'];
  topics: readonly Topic[];
  /** Only what this service sends and receives; without it the whole shop. */
  service?: ServiceName;
  example?: (topic: Topic, type: string) => Json | undefined;
};

const BINDING = { bindingVersion: '0.5.0' };
const text = (description: string, more: Json = {}): Json => ({ type: 'string', description, ...more });

/** The AsyncAPI 3 document that follows from the topics. */
export function asyncApiOf({ info, topics, service, example }: AsyncApiOptions): AsyncApi {
  const isTold = ({ owner, consumers }: Topic) => !service || owner === service || consumers.includes(service);
  const told = topics.filter(isTold);
  const operations = told.flatMap((topic) => {
    const receivers = topic.consumers.map((consumer) => operationOf(topic, 'receive', consumer));
    return [operationOf(topic, 'send', topic.owner), ...receivers].filter(([, { tags }]) => !service || tags[0]?.name === service);
  });
  return {
    asyncapi: '3.0.0',
    info,
    defaultContentType: 'application/json',
    channels: Object.fromEntries(told.map((topic) => [topic.name, channelOf(topic, example)])),
    operations: Object.fromEntries(operations),
  };
}

/** Who sends on the channel, or receives from it. */
export const servicesOf = (document: AsyncApi, { address }: AsyncApiChannel, action: 'send' | 'receive'): string[] =>
  Object.values(document.operations)
    .filter((operation) => operation.action === action && operation.channel.$ref === `#/channels/${address}`)
    .flatMap(({ tags }) => tags.map(({ name }) => name));

function channelOf(topic: Topic, example: AsyncApiOptions['example']): AsyncApiChannel {
  const { name, key, partitions, retention, events } = topic;
  const topicConfiguration =
    retention === 'compacted' ? { 'cleanup.policy': ['compact'] } : { 'cleanup.policy': ['delete'], 'retention.ms': RETENTION_MS };
  const messages = Object.keys(events).map((type) => [type, messageOf(topic, type, example?.(topic, type))]);
  return {
    address: name,
    messages: Object.fromEntries(messages),
    bindings: { kafka: { topic: name, partitions, topicConfiguration, ...BINDING } },
    'x-key': key,
  };
}

function messageOf(topic: Topic, type: string, example: Json | undefined): AsyncApiMessage {
  return {
    name: type,
    title: `${type}, version ${topic.version}`,
    contentType: 'application/json',
    headers: headersOf(topic, type),
    payload: { ...topic.events[type] },
    correlationId: { description: "The order's id, where there is one", location: '$message.header#/ce_correlationid' },
    bindings: { kafka: { key: text(`The payload's ${topic.key}`), ...BINDING } },
    ...(example && { examples: [{ payload: example }] }),
  };
}

/** CloudEvents 1.0, Kafka binding, binary mode; and W3C's trace context. */
function headersOf(topic: Topic, type: string): Json {
  const always = {
    'content-type': text('Of the value', { const: 'application/json' }),
    ce_specversion: text('Of CloudEvents', { const: '1.0' }),
    ce_id: text('Of the event, a UUIDv7: an event that is there twice has the same'),
    ce_type: text('What happened', { const: type }),
    ce_source: text('The service that tells it', { const: `/microshop/${topic.owner}` }),
    ce_subject: text('The aggregate that it happened to'),
    ce_time: text('When it was decided, UTC', { format: 'date-time' }),
    ce_sequence: text('Version of the aggregate, with leading zeros: compare as text'),
    ce_dataschema: text('Name of the schema', { const: schemaUrn(topic, type) }),
    ce_correlationid: text("The order's id, where there is one"),
    traceparent: text('W3C trace context'),
  };
  const sometimes = { ce_causationid: text('Id of the event that caused it'), tracestate: text('W3C trace context') };
  return { type: 'object', required: Object.keys(always), properties: { ...always, ...sometimes } };
}

function operationOf(topic: Topic, action: 'send' | 'receive', service: ServiceName): readonly [string, AsyncApiOperation] {
  const channel = `#/channels/${topic.name}`;
  return [
    `${service}.${action}.${topic.name}`,
    {
      action,
      title: `${service} ${action}s ${topic.name}`,
      channel: { $ref: channel },
      messages: Object.keys(topic.events).map((type) => ({ $ref: `${channel}/messages/${type}` })),
      tags: [{ name: service }],
      ...(action === 'receive' && { bindings: { kafka: { groupId: text('Consumer group', { const: service }), ...BINDING } } }),
    },
  ];
}
