import { type Db, MongoClient } from 'mongodb';
import { patchLostSocket } from './patch-lost-socket.ts';

/** How often a client looks whether it has its least number of connections. The driver has an option for it, which it does not take from outside; without, it looks ten times a second. */
const POOL_CHECK_MS = 10_000;

/**
 * Driver settings: majority concerns everywhere, and a bound on every wait, because
 * the driver's own defaults wait for ever and `timeoutMS` has had no effect since 7.8.
 */
export function createMongoClient(url: string, appName: string, tlsCaFile?: string, socketTimeoutMS = 10_000): MongoClient {
  patchLostSocket();
  const client = new MongoClient(url, {
    appName,
    // Whom to trust; a URL with tls=true alone trusts the public authorities.
    ...(tlsCaFile !== undefined && { tls: true, tlsCAFile: tlsCaFile }),
    writeConcern: { w: 'majority' },
    readConcern: { level: 'majority' },
    readPreference: 'primary',
    maxPoolSize: 20,
    minPoolSize: 1,
    serverSelectionTimeoutMS: 1500,
    connectTimeoutMS: 2000,
    socketTimeoutMS,
    waitQueueTimeoutMS: 2000,
    ignoreUndefined: true,
    promoteBuffers: true,
  });
  Object.assign(client.options, { minPoolSizeCheckFrequencyMS: POOL_CHECK_MS });
  return client;
}

/** A service's own database: its name with an underscore. */
export const databaseOf = (client: MongoClient, service: string): Db => client.db(service.replaceAll('-', '_'));
