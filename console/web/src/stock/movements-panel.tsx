import type { StockMovement } from '@microshop/contracts/http';
import { Ago, Answer, type Column, Empty, Panel, ShortId, signed, Table, useQuery } from '../../ui/index.ts';
import { isOperator, read } from '../api.ts';
import { SignInLink } from '../session/session-box.tsx';
import { spelled } from '../words.ts';

type Movements = { data: StockMovement[]; nextCursor: string | null };

const columns: readonly Column<StockMovement>[] = [
  { name: 'When', cell: ({ at }) => <Ago at={at} /> },
  { name: 'Movement', cell: ({ type }) => spelled(type) },
  { name: 'Change', number: true, cell: ({ change }) => signed(change) },
  { name: 'Reason', cell: ({ reason }) => <span class="wrap-anywhere">{spelled(reason)}</span> },
  { name: 'Order', cell: ({ orderId }) => (orderId === undefined ? '–' : <ShortId id={orderId} href={`/orders/${orderId}`} />) },
];

/** The newest lines of the ledger: who moved what, and why. */
export function MovementsPanel({ sku, version }: { sku: string; version: number }) {
  return (
    <Panel title="Ledger">
      {isOperator() ? (
        <Ledger sku={sku} version={version} />
      ) : (
        <Empty title="The ledger is for operators" icon="key">
          <SignInLink>Sign in to read it</SignInLink>
        </Empty>
      )}
    </Panel>
  );
}

function Ledger({ sku, version }: { sku: string; version: number }) {
  const path = `/console/api/products/${encodeURIComponent(sku)}/movements?limit=20`;
  const movements = useQuery<Movements>(path, read(path), { on: version });
  return (
    <Answer query={movements}>
      {({ data }) =>
        data.length === 0 ? (
          <Empty title="Nothing moved yet">
            <p>Adjust the stock to put units on sale.</p>
          </Empty>
        ) : (
          <Table caption="Movements, the newest first" columns={columns} rows={data} rowKey={({ movementId }) => movementId} />
        )
      }
    </Answer>
  );
}
