import { Empty, LinkButton } from '../ui/index.ts';
import { Screen } from './screen.tsx';

export const NotFound = () => (
  <Screen title="Not here">
    <section class="panel">
      <Empty title="There is no such screen">
        <p>The address may be mistyped or from an older console.</p>
        <LinkButton href="/">Go to the overview</LinkButton>
      </Empty>
    </section>
  </Screen>
);
