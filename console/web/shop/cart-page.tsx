import type { ProblemError, Quote } from '@microshop/client';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { Button, count, Empty, LinkButton, money, Notice, TextField } from '../ui/index.ts';
import { Art } from './art.tsx';
import { type Cart, cart, checkoutOf, itemsPriceOf, type Line, unitsIn, withQuantity } from './cart.ts';
import { buyer, customerOf, demoCustomers, refreshCustomers } from './customer.ts';
import { Page } from './page.tsx';
import { askAgain, attempt, changed, placeOrder, type Sending, sending, stopAsking } from './place-order.ts';
import { refusalOf, useQuote } from './quote.ts';
import { Stepper } from './stepper.tsx';
import { type Stock, StockMark, useStock } from './stock.tsx';
import { Reductions } from './sums.tsx';
import { fieldOf, type RefusedField, wordsOfRefusal } from './words.ts';

export function CartPage() {
  const { route } = useLocation();
  const { lines } = cart.value;
  const stock = useStock(lines.map(({ sku }) => sku));
  const quote = useQuote(cart.value, buyer.value);
  const refusal = sending.value.kind === 'refused' ? sending.value.error : refusalOf(quote);
  useEffect(() => void refreshCustomers(), []);
  useEffect(changed, [cart.value, buyer.value]);
  const goTo = (orderId: string | undefined) => orderId !== undefined && route(`/shop/orders/${orderId}`);

  return (
    <Page title="Cart">
      {refusal && fieldOf(refusal) === 'cart' && <Notice tone="bad">{wordsOfRefusal(refusal)}</Notice>}
      <SendingNotice how={sending.value} onAskAgain={() => void askAgain().then(goTo)} />
      {lines.length === 0 && attempt.value === null ? (
        <Empty title="The cart is empty" icon="cart">
          <p>What you add in the catalogue waits here, also when you close this page.</p>
          <LinkButton href="/shop" kind="primary">
            To the catalogue
          </LinkButton>
        </Empty>
      ) : (
        <form
          class="checkout"
          onSubmit={(event) => {
            event.preventDefault();
            void placeOrder(checkoutOf(cart.value, customerOf(buyer.value))).then(goTo);
          }}
        >
          <ul class="lines" aria-label="Items">
            {lines.map((line) => (
              <CartLine key={line.sku} line={line} stock={stock.data} />
            ))}
          </ul>
          <Terms refusal={refusal} />
          <Summary of={cart.value} quote={quote.data} />
        </form>
      )}
    </Page>
  );
}

function SendingNotice({ how, onAskAgain }: { how: Sending; onAskAgain: () => void }) {
  if (attempt.value === null || how.kind !== 'idle') return null;
  return (
    <Notice tone="warn">
      <p>
        <strong>There is no answer yet: the order may have arrived or not.</strong> Ask again, it can not become a second order.
      </p>
      <p class="row">
        <Button kind="primary" onClick={onAskAgain}>
          Ask again
        </Button>
        <Button kind="quiet" onClick={stopAsking} title="Frees the cart. If the order has arrived, it stands.">
          Stop asking
        </Button>
      </p>
    </Notice>
  );
}

function CartLine({ line, stock }: { line: Line; stock: Stock | undefined }) {
  const { sku, name, unitPrice, currency, quantity } = line;
  const available = stock?.get(sku);
  const isBusy = attempt.value !== null;
  const change = (wanted: number) => {
    cart.value = withQuantity(cart.value, line, wanted);
  };
  return (
    <li class="line" data-sku={sku}>
      <Art sku={sku} />
      <div class="line__words">
        <h2 class="line__name">{name}</h2>
        <p class="soft">{money(unitPrice, currency)} each</p>
        {available !== undefined && available < quantity && <StockMark available={available} />}
      </div>
      <Stepper of={name} quantity={quantity} disabled={isBusy} onChange={change} />
      <p class="line__total">{money(quantity * unitPrice, currency)}</p>
      <button class="button button--quiet" type="button" aria-label={`Remove ${name}`} disabled={isBusy} onClick={() => change(0)}>
        Remove
      </button>
    </li>
  );
}

type Refusal = ProblemError | undefined;

const refusedAt = (field: RefusedField, refusal: Refusal): string | undefined =>
  refusal && fieldOf(refusal) === field ? wordsOfRefusal(refusal) : undefined;

/** What the price and the owner of the order depend on. */
function Terms({ refusal }: { refusal: Refusal }) {
  const { discountCode, points } = cart.value;
  const isBusy = attempt.value !== null;
  return (
    <fieldset class="terms" disabled={isBusy}>
      <legend class="unseen">Who orders, discount and points</legend>
      {buyer.value.kind === 'guest' && <GuestFields guest={buyer.value} refusal={refusal} />}
      <TextField
        label="Discount code"
        value={discountCode}
        hint="Try WELCOME10"
        error={refusedAt('discount', refusal)}
        maxLength={64}
        autoComplete="off"
        onInput={(code) => {
          cart.value = { ...cart.value, discountCode: code };
        }}
      />
      {buyer.value.kind === 'customer' && <PointsField customerId={buyer.value.customerId} points={points} refusal={refusal} />}
    </fieldset>
  );
}

function GuestFields({ guest, refusal }: { guest: Extract<typeof buyer.value, { kind: 'guest' }>; refusal: Refusal }) {
  return (
    <>
      <TextField
        label="Your name"
        value={guest.name}
        required
        maxLength={200}
        autoComplete="name"
        onInput={(name) => {
          buyer.value = { ...guest, name };
        }}
      />
      <TextField
        label="Your e-mail address"
        type="email"
        value={guest.email}
        required
        maxLength={254}
        autoComplete="email"
        error={refusedAt('email', refusal)}
        onInput={(email) => {
          buyer.value = { ...guest, email };
        }}
      />
    </>
  );
}

function PointsField({ customerId, points, refusal }: { customerId: string; points: number; refusal: Refusal }) {
  const has = demoCustomers.value.find((each) => each.customerId === customerId)?.points ?? undefined;
  return (
    <TextField
      label="Points to redeem"
      type="number"
      min={0}
      {...(has !== undefined && { max: has })}
      value={points === 0 ? '' : String(points)}
      hint={has === undefined ? 'The shop knows how many there are' : `The balance is ${count(has)}`}
      error={refusedAt('points', refusal)}
      onInput={(text) => {
        cart.value = { ...cart.value, points: Math.max(0, Math.trunc(Number(text)) || 0) };
      }}
    />
  );
}

function Summary({ of, quote }: { of: Cart; quote: Quote | undefined }) {
  const currency = of.lines[0]?.currency ?? 'EUR';
  const isSending = sending.value.kind === 'sending';
  const takesOff = of.discountCode.trim() !== '' || of.points > 0;
  return (
    <section class="summary" aria-label="Summary">
      <dl class="sums">
        <div class="sums__row">
          <dt>Items ({unitsIn(of)})</dt>
          <dd>{money(quote?.itemsPrice ?? itemsPriceOf(of), currency)}</dd>
        </div>
        {quote && <Reductions of={quote} />}
      </dl>
      <p class="soft">
        {!quote && takesOff ? 'The shop takes discount and points off when you order.' : 'The price is fixed when you order.'}
      </p>
      <Button kind="primary" type="submit" disabled={attempt.value !== null}>
        {isSending ? 'Placing the order …' : 'Place the order'}
      </Button>
    </section>
  );
}
