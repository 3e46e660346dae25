const paths = {
  overview: 'M3 12h4l3-8 4 16 3-8h4',
  stock: 'M3 7.5 12 3l9 4.5v9L12 21l-9-4.5zM3 7.5l9 4.5 9-4.5M12 12v9',
  orders: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6',
  letters: 'M3 6h18v12H3zM3 7l9 7 9-7',
  topics: 'M4 6h16M4 12h16M4 18h16M8 4v4M15 10v4M11 16v4',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 21 21',
  good: 'M4 12.5 9.5 18 20 6.5',
  warn: 'M12 3 22 20H2zM12 10v4M12 17v.5',
  bad: 'M5 5l14 14M19 5 5 19',
  busy: 'M12 3a9 9 0 1 1-8.5 6',
  idle: 'M6 12h12',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5M12 7.5v.5',
  key: 'M14 4a6 6 0 1 1-4.2 10.2L3 21M5.5 18.5 8 21',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  next: 'M9 5l7 7-7 7',
  back: 'M15 5l-7 7 7 7',
  empty: 'M3 13h5l1.5 3h5L16 13h5M3 13l3-8h12l3 8v6H3z',
  cart: 'M3 4h3l2.5 11h10L21 7H7M10 20v.01M17 20v.01',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
} as const;

export type IconName = keyof typeof paths;

/** A drawing beside a word; it says nothing on its own. */
export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
);
