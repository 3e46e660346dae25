import { useLocation } from 'preact-iso';
import { Button, Icon, LinkButton } from '../../ui/index.ts';
import { useAction } from '../act.ts';
import { address } from '../address.ts';
import { loadSession, send, session } from '../api.ts';

/** Who is signed in, or the way to do it. */
export function SessionBox() {
  const { busy, act } = useAction();
  if (session.value === undefined) return <div class="session" />;
  if (!session.value.isOperator)
    return (
      <div class="session stack stack--tight">
        <span class="faint session__note">Read-only</span>
        <SignInLink>Sign in</SignInLink>
      </div>
    );
  const signOut = async () => {
    await send('DELETE', '/console/session');
    await loadSession();
  };
  return (
    <div class="session stack stack--tight">
      <span class="faint session__note wrap-anywhere">Signed in as {session.value.name ?? 'operator'}</span>
      <Button disabled={busy} onClick={() => act(signOut)}>
        Sign out
      </Button>
    </div>
  );
}

/** Leads back to the screen where it was pressed. */
export function SignInLink({ children }: { children: string }) {
  const { url } = useLocation();
  return (
    <LinkButton href={address('/sign-in', { next: url.startsWith('/sign-in') ? undefined : url })}>
      <Icon name="key" />
      {children}
    </LinkButton>
  );
}
