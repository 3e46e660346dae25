import { escaped } from './escaped.ts';
import { SERIES } from './style.ts';

/** Which colour is whose. */
export const legend = (names: readonly string[]): string =>
  `<div class="legend">${names.map((name, index) => `<span><i class="b${index % SERIES}"></i>${escaped(name)}</span>`).join('')}</div>`;
