import { useLocation } from 'preact-iso';
import { count, Icon, type IconName } from '../ui/index.ts';
import { health } from './health.ts';
import { SessionBox } from './session/session-box.tsx';

const screens: readonly { path: string; name: string; icon: IconName }[] = [
  { path: '/', name: 'Overview', icon: 'overview' },
  { path: '/stock', name: 'Stock', icon: 'stock' },
  { path: '/orders', name: 'Orders', icon: 'orders' },
  { path: '/dead-letters', name: 'Dead letters', icon: 'letters' },
  { path: '/topics', name: 'Topics', icon: 'topics' },
];

const isShown = (path: string, at: string): boolean => path === at || (path !== '/' && at.startsWith(`${path}/`));

/** How much work waits there. */
function OpenLetters() {
  const open = health.value?.services.reduce((sum, { deadLetters }) => sum + (deadLetters?.dead ?? 0) + (deadLetters?.parked ?? 0), 0) ?? 0;
  if (open === 0) return null;
  return (
    <span class="nav__count">
      {count(open)}
      <span class="unseen"> open</span>
    </span>
  );
}

export function Navigation() {
  const { path: at } = useLocation();
  return (
    <header class="side">
      <a class="brand" href="/">
        <img src="/icon.svg" alt="" width="24" height="24" />
        Microshop
      </a>
      <nav class="nav" aria-label="Screens">
        <ul>
          {screens.map(({ path, name, icon }) => (
            <li key={path}>
              <a href={path} {...(isShown(path, at) && { 'aria-current': 'page' as const })}>
                <Icon name={icon} />
                {name}
                {path === '/dead-letters' && <OpenLetters />}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <SessionBox />
    </header>
  );
}
