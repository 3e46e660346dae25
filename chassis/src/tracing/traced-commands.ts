import { AsyncLocalStorage } from 'node:async_hooks';
import type { CommandFailedEvent, CommandStartedEvent, MongoClient } from 'mongodb';
import type { Attributes, Span, Tracing } from './tracing.ts';

/** A command that MongoDB has answered, or that failed. */
export type SentCommand = { name: string; attributes: Attributes; startTime: number; endTime: number; error?: unknown };

type Noting = { readonly commands: SentCommand[]; isOver: boolean };
const noted = new AsyncLocalStorage<Noting>();

/**
 * Runs the work, and notes the commands that it sends until it is over. Nobody notes for longer than a transaction: what a request or a transaction
 * leaves running for others, such as a batch, a poll or a connection, would count as its own for ever.
 */
export async function notingCommands<R>(commands: SentCommand[], work: () => Promise<R>): Promise<R> {
  const noting: Noting = { commands, isOver: false };
  try {
    return await noted.run(noting, work);
  } finally {
    noting.isOver = true;
  }
}

/** Has to be called before the client's first connection. What nobody notes, such as the polls of the outbox, makes no spans. */
export function watchCommands(client: Pick<MongoClient, 'options' | 'on'>): void {
  client.options.monitorCommands = true;
  const underWay = new Map<number, Pick<SentCommand, 'name' | 'attributes' | 'startTime'> & { into: Noting }>();
  const finish = ({ requestId }: { requestId: number }, failure: { error?: unknown } = {}) => {
    const sent = underWay.get(requestId);
    if (!sent) return;
    underWay.delete(requestId);
    const { into, ...command } = sent;
    if (!into.isOver) into.commands.push({ ...command, endTime: Date.now(), ...failure });
  };
  client.on('commandStarted', ({ requestId, commandName, command, databaseName }: CommandStartedEvent) => {
    const into = noted.getStore();
    if (!into || into.isOver) return;
    const collection: unknown = command[commandName];
    const target = typeof collection === 'string' ? collection : undefined;
    underWay.set(requestId, {
      into,
      startTime: Date.now(),
      name: [commandName, target].filter((part) => part !== undefined).join(' '),
      // Never what it says: documents are about persons.
      attributes: {
        'db.system.name': 'mongodb',
        'db.namespace': databaseName,
        'db.operation.name': commandName,
        'db.collection.name': target,
      },
    });
  });
  client.on('commandSucceeded', (event) => finish(event));
  client.on('commandFailed', (event: CommandFailedEvent) => finish(event, { error: event.failure }));
}

/** The spans of commands, below that of their transaction. */
export function spanCommands(tracing: Tracing, transaction: Span, commands: readonly SentCommand[]): void {
  for (const { name, attributes, startTime, ...outcome } of commands)
    tracing.start(name, { kind: 'client', parent: transaction.context, attributes, startTime }).end(outcome);
}
