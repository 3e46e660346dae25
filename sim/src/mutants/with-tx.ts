import type { Handler, Subscription } from '@microshop/chassis/consumer/subscription';
import type { IncomingEvent } from '@microshop/chassis/events/event';
import type { Tx } from '@microshop/chassis/store/unit-of-work';

type AnyHandler = Handler<Record<string, unknown>>;
export type AnyEvent = IncomingEvent<Record<string, unknown>>;

/** The subscription with other handlers for these event types. */
export const handling = (
  subscription: Subscription,
  changed: Record<string, (real: AnyHandler['handle'], event: AnyEvent, tx: Tx) => Promise<void>>,
): Subscription => ({
  ...subscription,
  handlers: Object.fromEntries(
    Object.entries(subscription.handlers).map(([type, handler]) => {
      const { handle, ...rest } = handler as unknown as AnyHandler;
      const change = changed[type];
      return [
        type,
        { ...rest, handle: change ? (event: AnyEvent, tx: Tx) => change(handle, event, tx) : handle } as unknown as Handler<never>,
      ];
    }),
  ),
});

/** The transaction as somebody sees it to whom documents of a collection look otherwise. */
export const seeing = (tx: Tx, collectionName: string, look: (document: never, id: string) => unknown): Tx => ({
  ...tx,
  get: async (collection, id) => {
    const document = await tx.get(collection, id);
    return (collection.name === collectionName ? look(document as never, id) : document) as typeof document;
  },
  because: (cause) => seeing(tx.because(cause), collectionName, look),
});
