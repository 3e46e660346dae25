import { useLayoutEffect } from 'preact/hooks';
import { LocationProvider, Route, Router, useLocation } from 'preact-iso';
import { Empty, Icon, LinkButton, Toasts } from '../ui/index.ts';
import { BuyerPicker } from './buyer-picker.tsx';
import { cart, unitsIn } from './cart.ts';
import { CartPage } from './cart-page.tsx';
import { CataloguePage } from './catalogue-page.tsx';
import { refreshCustomers } from './customer.ts';
import { OrderPage } from './order-page.tsx';
import { OrdersPage } from './orders-page.tsx';
import { Page } from './page.tsx';
import { askAgain } from './place-order.ts';
import './shop.css';

export const App = () => (
  <LocationProvider scope="/shop">
    <a class="skip-link" href="#main">
      To the content
    </a>
    <Header />
    <Router>
      <Route path="/shop" component={CataloguePage} />
      <Route path="/shop/cart" component={CartPage} />
      <Route path="/shop/orders" component={OrdersPage} />
      <Route path="/shop/orders/:orderId" component={OrderPage} />
      <Route default component={Lost} />
    </Router>
    <Toasts />
  </LocationProvider>
);

function Header() {
  const { path, route } = useLocation();
  // A reload, or a crash, in the middle of a checkout: the same key is asked again.
  useLayoutEffect(() => {
    void refreshCustomers();
    void askAgain().then((orderId) => orderId !== undefined && route(`/shop/orders/${orderId}`));
  }, []);
  const units = unitsIn(cart.value);
  const here = (href: string) => (path === href ? ({ 'aria-current': 'page' } as const) : {});
  return (
    <header class="top">
      <a class="brand" href="/shop">
        Microshop
      </a>
      <nav class="top__nav" aria-label="Shop">
        <a href="/shop" {...here('/shop')}>
          Catalogue
        </a>
        <a href="/shop/orders" {...here('/shop/orders')}>
          Orders
        </a>
        <a class="top__cart" href="/shop/cart" {...here('/shop/cart')}>
          <Icon name="cart" />
          Cart
          <span class="badge" data-units={units}>
            {units}
            <span class="unseen"> items</span>
          </span>
        </a>
      </nav>
      <BuyerPicker />
    </header>
  );
}

const Lost = () => (
  <Page title="There is no such page">
    <Empty title="Nothing is here">
      <LinkButton href="/shop" kind="primary">
        To the catalogue
      </LinkButton>
    </Empty>
  </Page>
);
