import { MongoBinary } from 'mongodb-memory-server-core';

try {
  const path = await MongoBinary.getPath({ downloadDir: process.argv[2] ?? '.' });
  console.log(`mongod=${path}`);
} catch (error) {
  console.log(error instanceof Error ? error.message.replaceAll('\n', ' ') : String(error));
  process.exit(1);
}
