import type { ICustomPartitioner, Message, RecordMetadata, TopicMessages } from 'kafkajs';
import { UnsendableError } from './broker.ts';

export type WholeSends = {
  /** Chooses as `choose` does, and notes what was chosen. */
  createPartitioner: ICustomPartitioner;
  /** Fails when a partition to which something was to go is not in the answer. */
  requireWhole(sent: readonly TopicMessages[], written: readonly RecordMetadata[]): void;
};

/**
 * kafkajs 2.2.4 says that a send is done when some of it never was sent: it tries again after it has lost a broker, and leaves out the partitions that
 * have moved to a broker which has answered already (sendMessages.js). It also leaves out, without a word, a partition that is not there.
 */
export function createWholeSends(choose: ICustomPartitioner): WholeSends {
  const places = new WeakMap<Message, string>();
  return {
    createPartitioner() {
      const partitioner = choose();
      return (options) => {
        const { topic, message, partitionMetadata } = options;
        const partition = partitioner(options);
        if (message.partition !== undefined && !partitionMetadata.some(({ partitionId }) => partitionId === partition))
          throw new UnsendableError(`Topic ${topic} has no partition ${partition}.`);
        places.set(message, placeOf(topic, partition));
        return partition;
      };
    },
    requireWhole(sent, written) {
      const answered = new Set(written.map(({ topicName, partition }) => placeOf(topicName, partition)));
      for (const message of sent.flatMap(({ messages }) => messages)) {
        const place = places.get(message);
        if (place === undefined || !answered.has(place)) throw new Error(`Nothing says that the records for ${place} were sent.`);
      }
    },
  };
}

const placeOf = (topic: string, partition: number): string => `${topic}/${partition}`;
