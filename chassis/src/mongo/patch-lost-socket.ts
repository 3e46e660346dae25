import { createRequire } from 'node:module';

type Connection = {
  error: Error | null;
  once(event: 'close', listener: () => void): unknown;
  off(event: 'close', listener: () => void): unknown;
};
type Write = ((this: Connection, ...args: unknown[]) => Promise<void>) & { patched?: true };

const require = createRequire(import.meta.url);

/**
 * The driver (mongodb 7.9.0) waits for ever on a command whose socket is lost while it is written: it waits for a `drain`, and a lost socket has none, nor
 * a timeout. So it goes for each command in the turn of the event loop between the end of a mongod and the driver's hearing of it: Node has
 * given the socket up, and takes no more. Here such a command fails as all others of its connection do.
 */
export function patchLostSocket(): void {
  const { prototype } = (require('mongodb/lib/cmap/connection') as { Connection: { prototype: { writeCommand: Write } } }).Connection;
  const { writeCommand } = prototype;
  if (writeCommand.patched) return;
  prototype.writeCommand = Object.assign(
    // Called in the same turn as the driver's own look at whether the connection is closed.
    async function (this: Connection, ...args: unknown[]) {
      const { promise: closed, reject } = Promise.withResolvers<never>();
      const onClose = () => reject(this.error);
      this.once('close', onClose);
      try {
        await Promise.race([writeCommand.apply(this, args), closed]);
      } finally {
        this.off('close', onClose);
      }
    },
    { patched: true as const },
  );
}
