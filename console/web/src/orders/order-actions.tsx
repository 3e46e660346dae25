import { useState } from 'preact/hooks';
import type { OrderRow } from '../../../src/api/index.ts';
import { Button, Dialog, toast } from '../../ui/index.ts';
import { useAction } from '../act.ts';
import { send } from '../api.ts';
import { OperatorOnly } from '../session/operator-only.tsx';

const actions = {
  cancel: {
    name: 'Cancel the order',
    consequence: 'Its units and points go back, and its use of a discount code. This can not be taken back.',
    done: 'The order is cancelled. What it held comes back within moments.',
  },
  fulfil: {
    name: 'Mark as fulfilled',
    consequence: 'The order is with its customer and can not be cancelled any more.',
    done: 'The order is fulfilled.',
  },
} as const;
type Action = keyof typeof actions;

const allowed: Record<OrderRow['status'], readonly Action[]> = {
  pending: ['cancel'],
  confirmed: ['fulfil', 'cancel'],
  rejected: [],
  cancelled: [],
  fulfilled: [],
};

/** What an operator may do with an order in its state, each after a question. */
export function OrderActions({ order: { orderId, status } }: { order: OrderRow }) {
  const [asked, setAsked] = useState<Action>();
  const { busy, act } = useAction();
  if (allowed[status].length === 0) return null;
  const run = (action: Action) => async () => {
    await send('POST', `/console/api/orders/${orderId}/${action}`);
    setAsked(undefined);
    toast(actions[action].done);
  };
  return (
    <OperatorOnly to="change it">
      {allowed[status].map((action) => (
        <Button key={action} onClick={() => setAsked(action)}>
          {actions[action].name}…
        </Button>
      ))}
      {asked && (
        <Dialog
          title={`${actions[asked].name}?`}
          action={actions[asked].name}
          back="Leave it"
          danger={asked === 'cancel'}
          disabled={busy}
          onClose={() => setAsked(undefined)}
          onSubmit={() => act(run(asked))}
        >
          <p>{actions[asked].consequence}</p>
        </Dialog>
      )}
    </OperatorOnly>
  );
}
