import { OPERATOR_TOKEN } from '../support/shop.ts';
import type { OpenPage } from './page.ts';

/** Signs in as an operator and goes on to a screen. */
export async function signIn({ page, open }: OpenPage, next = '/'): Promise<void> {
  await open(`/sign-in?next=${encodeURIComponent(next)}`);
  await giveToken({ page }, OPERATOR_TOKEN);
  await page.getByText('Signed in as Grace').waitFor({ state: 'attached' });
  await page.waitForURL((url) => url.pathname + url.search === next);
}

export async function giveToken({ page }: Pick<OpenPage, 'page'>, token: string): Promise<void> {
  await page.getByLabel('Token', { exact: true }).fill(token);
  await page.getByLabel('Your name').fill('Grace');
  await page.getByRole('button', { name: 'Sign in' }).click();
}
