import { dataOf, type Product } from '@microshop/client';
import { useState } from 'preact/hooks';
import { Answer, Button, Empty, money, useQuery } from '../ui/index.ts';
import { Art } from './art.tsx';
import { cart, quantityOf, withQuantity } from './cart.ts';
import { Page } from './page.tsx';
import { attempt } from './place-order.ts';
import { shop, showing } from './shop-client.ts';
import { Stepper } from './stepper.tsx';
import { type Stock, StockMark, useStock } from './stock.tsx';

const PAGE = 24;
type ProductList = { data: Product[]; nextCursor: string | null };

/** So many pages of what is for sale, and whether that is all. Retired products are among those that the shop lists. */
async function readProducts(pages: number, signal: AbortSignal): Promise<{ products: Product[]; isAll: boolean }> {
  const products: Product[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 100, ...(cursor !== undefined && { cursor }) };
    const { data, nextCursor }: ProductList = await showing(dataOf(shop.api.GET('/products', { params: { query }, signal })));
    products.push(...data.filter(({ active }) => active));
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined && products.length < pages * PAGE);
  return { products: products.slice(0, pages * PAGE), isAll: cursor === undefined && products.length <= pages * PAGE };
}

export function CataloguePage() {
  const [pages, setPages] = useState(1);
  const query = useQuery(String(pages), (signal) => readProducts(pages, signal));
  return (
    <Page title="Catalogue">
      <Answer query={query} lines={12}>
        {({ products, isAll }) =>
          products.length === 0 ? (
            <Empty title="Nothing is for sale yet">
              <p>
                Load the demo catalogue with <code>npm run seed</code>, then reload this page.
              </p>
            </Empty>
          ) : (
            <>
              <Products products={products} />
              {!isAll && (
                <p class="more">
                  <Button onClick={() => setPages(pages + 1)}>Show more</Button>
                </p>
              )}
            </>
          )
        }
      </Answer>
    </Page>
  );
}

function Products({ products }: { products: readonly Product[] }) {
  const stock = useStock(products.map(({ sku }) => sku));
  return (
    <ul class="products">
      {products.map((product) => (
        <ProductCard key={product.sku} product={product} stock={stock.data} />
      ))}
    </ul>
  );
}

function ProductCard({ product, stock }: { product: Product; stock: Stock | undefined }) {
  const { sku, name, unitPrice, currency } = product;
  const available = stock?.get(sku);
  const quantity = quantityOf(cart.value, sku);
  const isBusy = attempt.value !== null;
  const change = (wanted: number) => {
    cart.value = withQuantity(cart.value, product, wanted);
  };
  return (
    <li class="product" data-sku={sku}>
      <Art sku={sku} />
      <div class="product__words">
        <h2 class="product__name">{name}</h2>
        <p class="product__price">{money(unitPrice, currency)}</p>
        <p aria-live="off">
          <StockMark available={available} />
        </p>
        {quantity > 0 ? (
          <Stepper of={name} quantity={quantity} disabled={isBusy} onChange={change} />
        ) : (
          <button
            class="button button--primary"
            type="button"
            disabled={isBusy || available === 0}
            aria-label={`Add ${name} to the cart`}
            onClick={() => change(1)}
          >
            Add to cart
          </button>
        )}
      </div>
    </li>
  );
}
