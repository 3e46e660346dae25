import { counted, Panel } from '../../ui/index.ts';

const WIDTH = 300;
const HEIGHT = 60;

/** Orders requested in each of the last minutes, as bars. */
export function RatePanel({ perMinute }: { perMinute: readonly number[] }) {
  const most = Math.max(1, ...perMinute);
  const step = WIDTH / Math.max(1, perMinute.length);
  const all = perMinute.reduce((sum, each) => sum + each, 0);
  return (
    <Panel
      title="Orders per minute"
      actions={
        <span class="soft">
          {counted(all, 'order')} in {perMinute.length} min
        </span>
      }
      padded
    >
      <svg
        class="bars"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Orders per minute, at most ${most} in the last ${perMinute.length} minutes`}
      >
        {perMinute.map((orders, minute) => {
          const height = orders === 0 ? 1 : Math.max(2, (orders / most) * HEIGHT);
          const ago = perMinute.length - 1 - minute;
          return (
            <rect
              key={ago}
              class={orders === 0 ? 'bar bar--none' : 'bar'}
              x={minute * step + 1}
              y={HEIGHT - height}
              width={step - 2}
              height={height}
            >
              <title>{`${counted(orders, 'order')}, ${ago === 0 ? 'this minute' : `${ago} min ago`}`}</title>
            </rect>
          );
        })}
      </svg>
      <div class="row row--apart faint">
        <span>{perMinute.length} min ago</span>
        <span>most: {most}</span>
        <span>now</span>
      </div>
    </Panel>
  );
}
