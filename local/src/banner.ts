import type { LocalConfig } from './config.ts';
import { type Connection, type Instance, urlOf } from './services.ts';

export interface BannerOptions {
  readonly config: LocalConfig;
  readonly stack: Pick<Connection, 'kafkaBrokers' | 'mongodbUrl' | 'operatorToken'> & { readonly instances: readonly Instance[] };
  /** How the instances of scaled services share the topics out, a line each. */
  readonly shares: readonly string[];
  readonly seconds: string;
}

export function readyBanner({ config, stack, shares, seconds }: BannerOptions): string {
  const consoleUrl = `http://127.0.0.1:${config.ports.CONSOLE_PORT}`;
  const services = stack.instances.filter(({ service }) => service.name !== 'console');
  const checkout = `http://127.0.0.1:${config.ports.ORDER_SVC_PORT}/checkout`;
  const row = (name: string, value: string) => `  ${name.padEnd(15)} ${value}`;
  return [
    '',
    'Microshop is ready',
    '',
    row('console', consoleUrl),
    row('shop', `${consoleUrl}/shop`),
    ...services.map((instance) => row(instance.name, `${urlOf(instance)}  (API: ${urlOf(instance)}/docs)`)),
    ...shares.map((share) => row('partitions', share)),
    row('Kafka', stack.kafkaBrokers),
    row('MongoDB', withoutCredentials(stack.mongodbUrl)),
    row('operator token', stack.operatorToken),
    row('data, logs', config.dataDir),
    '',
    'Place an order:',
    `  curl -s ${checkout} -H 'Content-Type: application/json' -H "Idempotency-Key: $(uuidgen 2>/dev/null || date +%s%N)" -d '{"customer":{"customerId":"ada"},"items":[{"sku":"MUG-BLUE","quantity":1}]}'`,
    '',
    `Started in ${seconds}. Ctrl-C stops everything; npm run reset empties the data.`,
  ].join('\n');
}

/** A connection string fit to be shown: user and password are left out. */
function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
