import { join } from 'node:path';

/** A database of the backup as mongodump names its files, so that mongorestore can read them. */
export const dataFile = (database: string, collection: string, gzip: boolean): string =>
  join(database, `${encodeURIComponent(collection)}.bson${gzip ? '.gz' : ''}`);

export const metadataFile = (database: string, collection: string, gzip: boolean): string =>
  join(database, `${encodeURIComponent(collection)}.metadata.json${gzip ? '.gz' : ''}`);
