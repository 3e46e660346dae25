import type { LocalConfig } from './config.ts';
import { SERVICES, serviceUrl } from './services.ts';

export interface BannerOptions {
  readonly config: LocalConfig;
  readonly kafkaBrokers: string;
  /** Without credentials. */
  readonly mongodb: string;
  readonly operatorToken: string;
  readonly seconds: string;
}

export function readyBanner({ config, kafkaBrokers, mongodb, operatorToken, seconds }: BannerOptions): string {
  const consoleUrl = `http://127.0.0.1:${config.ports.CONSOLE_PORT}`;
  const services = SERVICES.filter(({ name }) => name !== 'console');
  const checkout = `http://127.0.0.1:${config.ports.ORDER_SVC_PORT}/checkout`;
  const row = (name: string, value: string) => `  ${name.padEnd(15)} ${value}`;
  return [
    '',
    'Microshop is ready',
    '',
    row('console', consoleUrl),
    row('shop', `${consoleUrl}/shop`),
    ...services.map((service) => row(service.name, `${serviceUrl(config, service)}  (API: ${serviceUrl(config, service)}/docs)`)),
    row('Kafka', kafkaBrokers),
    row('MongoDB', mongodb),
    row('operator token', operatorToken),
    row('data, logs', config.dataDir),
    '',
    'Place an order:',
    `  curl -s ${checkout} -H 'Content-Type: application/json' -H "Idempotency-Key: $(uuidgen 2>/dev/null || date +%s%N)" -d '{"customer":{"customerId":"ada"},"items":[{"sku":"MUG-BLUE","quantity":1}]}'`,
    '',
    `Started in ${seconds}. Ctrl-C stops everything; npm run reset empties the data.`,
  ].join('\n');
}

/** A connection string fit to be shown: user and password are left out. */
export function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
