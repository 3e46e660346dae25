import { useEffect, useRef } from 'preact/hooks';
import { LocationProvider, Route, Router, useLocation } from 'preact-iso';
import { Toasts } from '../ui/index.ts';
import './shell.css';
import { CustomerScreen } from './customers/screen.tsx';
import { DeadLetterGroupScreen } from './dead-letters/group-screen.tsx';
import { DeadLettersScreen } from './dead-letters/screen.tsx';
import { useHealth } from './health.ts';
import { Navigation } from './navigation.tsx';
import { NotFound } from './not-found.tsx';
import { OrderScreen } from './orders/order-screen.tsx';
import { OrdersScreen } from './orders/screen.tsx';
import { OverviewScreen } from './overview/screen.tsx';
import { Gate } from './session/gate.tsx';
import { SignInScreen } from './session/sign-in-screen.tsx';
import { ProductScreen } from './stock/product-screen.tsx';
import { StockScreen } from './stock/screen.tsx';
import { TopicsScreen } from './topics/screen.tsx';
import { TopicScreen } from './topics/topic-screen.tsx';

/** The storefront and the API are other pages of this origin: their links load them. */
const ownPaths = /^\/(?!shop(\/|$)|api\/)/;

export function App() {
  useHealth();
  return (
    <LocationProvider scope={ownPaths}>
      <a class="skip-link" href="#main">
        Skip to the content
      </a>
      <div class="shell">
        <Navigation />
        <Main />
      </div>
      <Toasts />
    </LocationProvider>
  );
}

/** The page's content. Another page takes the focus, so that a screen reader starts at its heading. */
function Main() {
  const { path } = useLocation();
  const main = useRef<HTMLElement>(null);
  const shownPath = useRef(path);
  useEffect(() => {
    if (shownPath.current !== path) main.current?.focus({ preventScroll: true });
    shownPath.current = path;
  }, [path]);
  return (
    <main id="main" ref={main} class="main" tabIndex={-1}>
      <Gate isOpen={path === '/sign-in'}>
        <Router>
          <Route path="/" component={OverviewScreen} />
          <Route path="/stock" component={StockScreen} />
          <Route path="/stock/:sku" component={ProductScreen} />
          <Route path="/orders" component={OrdersScreen} />
          <Route path="/orders/:orderId" component={OrderScreen} />
          <Route path="/customers/:customerId" component={CustomerScreen} />
          <Route path="/dead-letters" component={DeadLettersScreen} />
          <Route path="/dead-letters/:groupId" component={DeadLetterGroupScreen} />
          <Route path="/topics" component={TopicsScreen} />
          <Route path="/topics/:topic" component={TopicScreen} />
          <Route path="/sign-in" component={SignInScreen} />
          <Route default component={NotFound} />
        </Router>
      </Gate>
    </main>
  );
}
