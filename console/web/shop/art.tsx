const COLOURS = 8;
const shapes = [
  <path key="s" d="M0 62 Q25 40 50 62 T100 62 V100 H0Z" />,
  <circle key="s" cx="50" cy="58" r="30" />,
  <path key="s" d="M50 18 88 84H12z" />,
  <path key="s" d="M18 30h64v56H18z" />,
  <path key="s" d="M50 20a34 34 0 0 1 34 34v32H16V54a34 34 0 0 1 34-34z" />,
  <path key="s" d="M20 82 50 22l30 60-30-16z" />,
] as const;

const hash = (text: string): number => [...text].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 7);

/** A picture for a product that has none: always the same one for its SKU. */
export function Art({ sku }: { sku: string }) {
  const number = hash(sku);
  return (
    <svg class={`art art--${number % COLOURS}`} viewBox="0 0 100 100" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <rect width="100" height="100" class="art__ground" />
      <circle cx={15 + ((number >>> 3) % 70)} cy={12 + ((number >>> 7) % 40)} r={8 + ((number >>> 11) % 14)} class="art__back" />
      <g class="art__front">{shapes[(number >>> 5) % shapes.length]}</g>
    </svg>
  );
}
