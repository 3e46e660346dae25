import type { Auditor } from '@microshop/tools/audit/auditor';
import type { Databases } from '@microshop/tools/databases';
import type { Assortment } from './fill/assortment.ts';
import type { Load } from './load/load.ts';
import type { System } from './measure/system.ts';
import type { BenchOptions } from './options.ts';
import type { Check } from './report/result.ts';
import type { Baseline } from './stack/baseline.ts';
import type { Servers } from './stack/servers.ts';
import type { Shop } from './stack/shop.ts';

/** What a scenario works with, on any shop. */
export type Bench = {
  readonly options: BenchOptions;
  readonly load: Load;
  readonly signal: AbortSignal;
  say(line: string): void;
  /** The shop with its instances of this moment. */
  system(): System;
  /** Started at the first use; absent where nothing is compared. */
  readonly baseline?: () => Promise<Baseline>;
  /** Tells where the services' time goes while work is done; absent where nothing is profiled. */
  readonly profile?: (what: string, work: () => Promise<unknown>) => Promise<void>;
  fill(assortment: Assortment): Promise<void>;
  /** Waits for rest; then whether what was sold of this assortment since then is right. */
  checks(assortment: Assortment, since: Date): Promise<Check[]>;
};

/** With servers and services of its own, which can be filled, stopped and counted. */
export type OwnBench = Bench & {
  readonly servers: Servers;
  readonly shop: Shop;
  readonly databases: Databases;
  readonly auditor: Auditor;
};
