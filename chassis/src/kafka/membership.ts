import type { Consumer } from 'kafkajs';

export type Membership = {
  /** `topic/partition` of what the group has given this member; undefined while it is no member, or the group is sharing out anew. */
  partitions(): ReadonlySet<string> | undefined;
  /** The member is on its way out. */
  end(): void;
};

/** What kafkajs tells of a consumer's place in its group. */
export function followMembership(consumer: Pick<Consumer, 'on' | 'events'>): Membership {
  const { GROUP_JOIN, HEARTBEAT, REBALANCING, CRASH } = consumer.events;
  let joined: { memberId: string; partitions: ReadonlySet<string> } | undefined;
  let isSettled = false;
  const end = () => {
    joined = undefined;
    isSettled = false;
  };
  consumer.on(GROUP_JOIN, ({ payload: { memberId, memberAssignment } }) => {
    const partitions = Object.entries(memberAssignment).flatMap(([topic, of]) => of.map((partition) => `${topic}/${partition}`));
    joined = { memberId, partitions: new Set(partitions) };
    isSettled = true;
  });
  consumer.on(REBALANCING, () => {
    isSettled = false;
  });
  // A rebalance that a restarted coordinator has forgotten ends without another join: the member goes on with what it had, and its heartbeats are taken.
  consumer.on(HEARTBEAT, ({ payload: { memberId } }) => {
    if (memberId === joined?.memberId) isSettled = true;
  });
  consumer.on(CRASH, end);
  return { partitions: () => (isSettled ? joined?.partitions : undefined), end };
}
