// `npm start`. What Node compiles is kept for the next time, here and by every Node process that the shop starts.
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { cacheDirectory, compileCacheDirectory } from './paths.ts';

process.env.NODE_COMPILE_CACHE = compileCacheDirectory(process.env);
// A directory that cannot be made is refused with a sentence, later.
if (existsSync(cacheDirectory(process.env))) enableCompileCache(process.env.NODE_COMPILE_CACHE);
await import('./run-shop.ts');
