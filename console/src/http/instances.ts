import type { ServiceName } from '@microshop/contracts';
import { buildConnector } from 'undici';
import type { ServiceUrls } from '../config.ts';

const CONNECT_MS = 2000;

/** For each service what gives the instance whose turn it is. */
export function inTurn(urls: ServiceUrls): Readonly<Record<ServiceName, () => string>> {
  const turnsOf = (instances: readonly string[]) => {
    let turn = 0;
    return () => instances[turn++ % instances.length] ?? '';
  };
  return {
    'order-svc': turnsOf(urls['order-svc']),
    'inventory-svc': turnsOf(urls['inventory-svc']),
    'loyalty-svc': turnsOf(urls['loyalty-svc']),
  };
}

/** Connects to the instance that is asked for, else to the service's next one: as long as there is no connection nothing was sent that could be done twice. */
export function connectToAny(urls: ServiceUrls): buildConnector.connector {
  const connect = buildConnector({ timeout: CONNECT_MS });
  const groups = Object.values(urls).map((instances) => instances.map((url) => new URL(url)));
  return (options, callback) => {
    const isAsked = ({ protocol, host }: URL) => protocol === options.protocol && host === options.host;
    const instances = groups.find((group) => group.some(isAsked)) ?? [];
    const others = instances.filter((instance) => !isAsked(instance));
    const attempt = (to: buildConnector.Options): void =>
      connect(to, (...outcome) => {
        const other = outcome[0] === null ? undefined : others.shift();
        if (other) attempt({ hostname: other.hostname, host: other.host, protocol: other.protocol, port: other.port });
        else callback(...outcome);
      });
    attempt(options);
  };
}
