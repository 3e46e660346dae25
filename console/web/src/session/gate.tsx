import type { ComponentChildren } from 'preact';
import { Answer, Empty, useQuery } from '../../ui/index.ts';
import { loadSession, session } from '../api.ts';
import { Screen } from '../screen.tsx';
import { SignInLink } from './session-box.tsx';

/** Shows nothing that this visitor may not read. */
export function Gate({ isOpen, children }: { isOpen: boolean; children: ComponentChildren }) {
  const loaded = useQuery('session', () => loadSession().then(() => true));
  if (session.value === undefined) return <Answer query={loaded}>{() => null}</Answer>;
  if (isOpen || session.value.mayRead) return children;
  return (
    <Screen title="Sign in first">
      <section class="panel">
        <Empty title="Sign in to see this" icon="key">
          <p>Orders and customers are personal data. Without the operators’ token they are shown in development on this machine only.</p>
          <SignInLink>Sign in</SignInLink>
        </Empty>
      </section>
    </Screen>
  );
}
