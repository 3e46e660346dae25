export type Say = { write(text: string): unknown };

const EVERY_MS = 2000;

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** A line now and then of what takes long. */
function nowAndThen(err: Say): (line: () => string) => void {
  let next = performance.now() + EVERY_MS;
  return (line) => {
    if (performance.now() < next) return;
    next = performance.now() + EVERY_MS;
    err.write(`${line()}\n`);
  };
}

export function tellDocuments(err: Say): (what: string, documents: number, bytes: number) => void {
  const tell = nowAndThen(err);
  return (what, documents, bytes) => tell(() => `${what}: ${documents.toLocaleString('en')} documents, ${megabytes(bytes)}`);
}

export function tellSteps(err: Say): (what: string, done: number, total: number) => void {
  const tell = nowAndThen(err);
  return (what, done, total) => tell(() => `${what}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`);
}
