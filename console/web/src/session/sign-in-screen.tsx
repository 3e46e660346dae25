import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { Session, SignIn } from '../../../src/api/index.ts';
import { Button, Notice, Panel, Problem, sayFailure, TextField } from '../../ui/index.ts';
import { send, session } from '../api.ts';
import { Screen } from '../screen.tsx';

/** Only a path of this console: a link must not lead from the sign-in to another site. */
const localPath = (next: string | undefined): string => (next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/');

export function SignInScreen() {
  const { query, route } = useLocation();
  const [token, setToken] = useState('');
  const [name, setName] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);

  const signIn = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      const body: SignIn = { token: token.trim(), ...(name.trim() !== '' && { name: name.trim() }) };
      session.value = await send<Session>('POST', '/console/session', { body });
      route(localPath(query.next), true);
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };

  return (
    <Screen title="Sign in">
      <div class="narrow">
        <Panel title="Operators’ token" padded>
          <form
            class="stack"
            onSubmit={(event) => {
              event.preventDefault();
              void signIn();
            }}
          >
            {failure !== undefined && <Notice tone="bad">{sentenceOf(failure)}</Notice>}
            <TextField
              label="Token"
              type="password"
              value={token}
              onInput={setToken}
              autoComplete="current-password"
              maxLength={4096}
              required
              autoFocus
              hint="OPERATOR_TOKEN of the services. npm start prints it, and keeps it in .microshop."
            />
            <TextField
              label="Your name"
              value={name}
              onInput={setName}
              autoComplete="name"
              maxLength={60}
              hint="Signs your notes, replays and discards."
            />
            <div class="row">
              <Button kind="primary" type="submit" disabled={busy || token.trim() === ''}>
                Sign in
              </Button>
            </div>
          </form>
        </Panel>
      </div>
    </Screen>
  );
}

const sentenceOf = (failure: unknown): string =>
  failure instanceof Problem && failure.status === 401
    ? 'This is not the operators’ token. Copy it again, whole.'
    : sayFailure(failure).detail;
