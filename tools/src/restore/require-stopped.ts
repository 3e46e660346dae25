import { createTopicInspector } from '@microshop/chassis/kafka/inspect-topics';
import { leaseCollection } from '@microshop/chassis/outbox/lease';
import { consumingServices } from '../consuming-services.ts';
import { type Databases, of, services } from '../databases.ts';
import { ToolFailure } from '../failure.ts';
import type { KafkaAddress } from '../running-stack.ts';

/** Fails with a ToolFailure that names the services that run: members of a group, or holders of an outbox. */
export async function requireStopped(databases: Databases, kafka: KafkaAddress): Promise<void> {
  const running = new Set([...(await consuming(kafka)), ...(await publishing(databases))]);
  if (running.size === 0) return;
  throw new ToolFailure(
    `${[...running].join(', ')} ${running.size === 1 ? 'runs' : 'run'}: stop all services, console and audit, then start again. One that was killed counts as running for 10 s.`,
  );
}

async function consuming(kafka: KafkaAddress): Promise<string[]> {
  const inspector = createTopicInspector({ ...kafka, clientId: 'restore' });
  try {
    return await consumingServices(inspector);
  } finally {
    await inspector.stop();
  }
}

async function publishing(databases: Databases): Promise<string[]> {
  const held = services.map(async (service) => {
    const lease = await of(databases[service], leaseCollection).findOne({ $expr: { $gt: ['$expiresAt', '$$NOW'] } });
    return lease ? service : undefined;
  });
  return (await Promise.all(held)).filter((service) => service !== undefined);
}
