import { messageOf, Refusal } from '@microshop/local/errors';
import { type Demo, demoOf, USAGE } from './demo/options.ts';
import { showOutage } from './demo/outage.ts';
import { showOversell } from './demo/oversell.ts';
import { showPoison } from './demo/poison.ts';
import { runningParts } from './demo/running.ts';
import { createDemoShop } from './demo/shop.ts';
import { ToolFailure } from './failure.ts';
import { SeedFailure } from './seed-failure.ts';

/** `npm run demo -- oversell | kill SERVICE | cut-broker | poison`: what the running shop does when things go wrong. Exit codes: see `demo/options.ts`. */
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function show(demo: Demo): Promise<boolean> {
  const parts = await runningParts(process.env);
  const shop = await createDemoShop(process.env);
  switch (demo.name) {
    case 'oversell':
      return showOversell(shop, say);
    case 'outage':
      return showOutage(demo.part, shop, { parts, say });
    case 'poison':
      return showPoison(shop, process.env, say);
  }
}

async function main(): Promise<number> {
  try {
    const demo = demoOf(process.argv.slice(2));
    if (demo) return (await show(demo)) ? 0 : 1;
    say(USAGE);
    return 0;
  } catch (error) {
    const isExplained = [ToolFailure, SeedFailure, Refusal].some((kind) => error instanceof kind);
    const broken = `broke off (${messageOf(error)}): nothing is left behind but its orders, run it again.`;
    process.stderr.write(`demo: ${isExplained ? messageOf(error) : broken}\n`);
    return 2;
  }
}

if (import.meta.main) process.exit(await main());
