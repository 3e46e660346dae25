import { createRequire } from 'node:module';
import { decodeFetch, type FetchResponse, UnusualResponse } from './fetch-response.ts';
import { encodeProduce, isPlain, type ProduceRequest } from './produce-request.ts';

type Request = (options: ProduceRequest) => { encode(): Promise<unknown> };
type Response = { decode(bytes: Buffer): Promise<FetchResponse>; parse: unknown };

const PRODUCE = 'kafkajs/src/protocol/requests/produce/v7/request';
const FETCH = 'kafkajs/src/protocol/requests/fetch/v11/response';

const require = createRequire(import.meta.url);
let patched = false;

/**
 * kafkajs 2.2.4 allocates two buffers for each header of a record that it sends, copies an object for each that it reads, and counts in BigInts: it was
 * a third of what an order costs. Here plain records are written and read in one pass. It looks both modules up anew for each request.
 */
export function patchWireFormat(): void {
  if (patched) return;
  patched = true;
  const request = require(PRODUCE) as Request;
  replace(PRODUCE, (options: ProduceRequest) => {
    const original = request(options);
    return isPlain(options) ? { ...original, encode: async () => encodeProduce(options, Date.now()) } : original;
  });
  const response = require(FETCH) as Response;
  replace(FETCH, { ...response, decode: async (bytes: Buffer) => readOrElse(bytes, response) });
}

async function readOrElse(bytes: Buffer, original: Response): Promise<FetchResponse> {
  try {
    return decodeFetch(bytes);
  } catch (error) {
    if (!(error instanceof UnusualResponse)) throw error;
    return original.decode(bytes);
  }
}

function replace(name: string, exports: unknown): void {
  const module = require.cache[require.resolve(name)];
  if (module) module.exports = exports;
}
