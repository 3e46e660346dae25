import { loadConfig } from '@microshop/chassis/config';
import { describe, expect, it } from 'vitest';
import { LoyaltyConfig } from './config.ts';

describe('the configuration', () => {
  it('has a port of its own and earns one point for each 100 spent', () => {
    expect(loadConfig(LoyaltyConfig, {})).toMatchObject({ LOYALTY_SVC_PORT: 4003, EARN_SPEND_PER_POINT: 100 });
  });

  it.each(['0', '-1', '1.5', 'ten', '1e309'])('refuses to earn a point for each %s spent', (EARN_SPEND_PER_POINT) => {
    expect(() => loadConfig(LoyaltyConfig, { EARN_SPEND_PER_POINT })).toThrow('EARN_SPEND_PER_POINT');
  });
});
