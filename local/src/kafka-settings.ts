// server.properties and the JVM's flags of the one-node broker. Everything that differs from Kafka's defaults has its reason here.
export interface KafkaPorts {
  readonly broker: number;
  readonly controller: number;
}

/** One more way in, which clients are sent to at another port: that of a proxy in front of it. */
export interface KafkaListener {
  readonly name: string;
  readonly port: number;
  readonly advertisedPort: number;
}

/** Its place among several brokers, all of which are controllers as well. */
export interface KafkaMember {
  /** From 1 on. */
  readonly nodeId: number;
  readonly controllerPorts: readonly number[];
}

/** Acknowledged when two of them have it, so that one can be away and what it had is on another. */
const MIN_INSYNC = 2;

/** What the services are told about the topics that they create on so many brokers. */
export const topicEnvironment = (brokers: number): NodeJS.ProcessEnv =>
  brokers === 1 ? {} : { TOPIC_REPLICATION_FACTOR: String(brokers), TOPIC_MIN_INSYNC_REPLICAS: String(MIN_INSYNC) };

function memberSettings({ nodeId, controllerPorts }: KafkaMember): Record<string, string> {
  const [factor, minimum] = [String(controllerPorts.length), String(MIN_INSYNC)];
  return {
    'node.id': String(nodeId),
    'controller.quorum.voters': controllerPorts.map((port, index) => `${index + 1}@127.0.0.1:${port}`).join(','),
    'default.replication.factor': factor,
    'min.insync.replicas': minimum,
    // As many as there are brokers, so that each coordinates some of the groups.
    'offsets.topic.num.partitions': factor,
    'offsets.topic.replication.factor': factor,
    'transaction.state.log.replication.factor': factor,
    'transaction.state.log.min.isr': minimum,
    'share.coordinator.state.topic.replication.factor': factor,
    'share.coordinator.state.topic.min.isr': minimum,
  };
}

export interface ServerProperties {
  readonly ports: KafkaPorts;
  readonly member?: KafkaMember | undefined;
  readonly listeners?: readonly KafkaListener[];
  readonly logDir: string;
  /** Where the broker takes connections; clients are sent to 127.0.0.1 all the same. */
  readonly address?: string;
  /** Settings of the caller, which win. */
  readonly overrides?: Readonly<Record<string, string>>;
}

export function serverProperties({
  ports,
  member,
  listeners = [],
  logDir,
  address = '127.0.0.1',
  overrides = {},
}: ServerProperties): string {
  const more = (text: (listener: KafkaListener) => string) => listeners.map((listener) => `,${text(listener)}`).join('');
  const settings: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    listeners: `BROKER://${address}:${ports.broker},CONTROLLER://127.0.0.1:${ports.controller}${more(({ name, port }) => `${name}://127.0.0.1:${port}`)}`,
    'advertised.listeners': `BROKER://127.0.0.1:${ports.broker}${more(({ name, advertisedPort }) => `${name}://127.0.0.1:${advertisedPort}`)}`,
    'listener.security.protocol.map': `BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT${more(({ name }) => `${name}:PLAINTEXT`)}`,
    'inter.broker.listener.name': 'BROKER',
    'controller.listener.names': 'CONTROLLER',
    // A static voter: its port is not written into the data, so each start can take a free one.
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    'log.dirs': escapeValue(logDir),
    'auto.create.topics.enable': 'false',
    'log.message.timestamp.type': 'LogAppendTime',
    'offsets.topic.num.partitions': '1',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.num.partitions': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '6000',
    // After a kill -9 the controller refuses the restarted broker until the old one's session is over: 9 s by default.
    'broker.session.timeout.ms': '3000',
    // A session is three of these. Each is an event of the controller.
    'broker.heartbeat.interval.ms': '1000',
    // Each thread looks for work three times a second, and there are as many again for the controller; 8, 3 and 4 by default.
    'num.io.threads': '2',
    'num.network.threads': '1',
    'group.coordinator.threads': '1',
    // A record in the controller's log each half second, by which clusters measure how far a broker is behind; written to disk and read by all.
    'metadata.max.idle.interval.ms': '10000',
    // The default of the cleaner's buffer, 128 MB, is a third of the heap.
    'log.cleaner.dedupe.buffer.size': '16777216',
    ...(member && memberSettings(member)),
    ...overrides,
  };
  return `${Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\');
}

/** The flags have to be the same when the class archive is made and when it is used. */
export function jvmFlags(heapMb: number): string[] {
  return [
    `-Xmx${heapMb}m`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    // Counters for jps and jstat, sampled 20 times a second.
    '-XX:-UsePerfData',
    '-Djava.awt.headless=true',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
    '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS',
  ];
}
