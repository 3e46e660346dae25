/** So many series have a colour of their own. */
export const SERIES = 6;

const coloured = (index: number): string =>
  `.f${index} { fill: var(--s${index}); } .l${index} { stroke: var(--s${index}); fill: none; stroke-width: 2; } .b${index} { background: var(--s${index}); }`;

/** Colours of series are told apart in both schemes and with every kind of sight; text never has a series' colour. */
export const style = `
:root { --page: #fff; --text: #1d232b; --quiet: #5b6673; --line: #d7dce2; --good: #17703a; --bad: #b3261e;
  --s0: #2166ac; --s1: #e08214; --s2: #1b9e77; --s3: #9970ab; --s4: #8c8c8c; --s5: #c94f7c; }
@media (prefers-color-scheme: dark) {
  :root { --page: #14181d; --text: #e6e9ed; --quiet: #9aa5b1; --line: #343c45; --good: #6fcf97; --bad: #ff8a80;
    --s0: #6baed6; --s1: #fdae61; --s2: #66c2a5; --s3: #c2a5cf; --s4: #b0b0b0; --s5: #f4a3c0; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 26px; margin: 0 0 8px; }
h2 { font-size: 19px; margin: 40px 0 8px; padding-top: 16px; border-top: 1px solid var(--line); }
.conditions { color: var(--quiet); }
table { border-collapse: collapse; table-layout: fixed; width: 100%; font-variant-numeric: tabular-nums; }
th:first-child { width: 44%; }
th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 500; }
.number { text-align: right; white-space: nowrap; }
.reached { color: var(--good); }
.missed { color: var(--bad); font-weight: 600; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 24px; margin: 20px 0; }
figure { margin: 0; }
figcaption { font-weight: 600; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; color: var(--quiet); font-size: 13px; }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 5px; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--text); font: 12px system-ui, sans-serif; }
svg .quiet { fill: var(--quiet); }
svg .grid { stroke: var(--line); }
.checks { padding-left: 18px; color: var(--quiet); }
${Array.from({ length: SERIES }, (_, index) => coloured(index)).join('\n')}
`;
