import type { OrderRow } from '../../../src/api/index.ts';
import { Since } from '../../ui/index.ts';

type Waiting = OrderRow['waitingFor'];

/** `waiting for loyalty-svc since 12 s`, moving. */
export const WaitingFor = ({ of }: { of: Waiting }) =>
  of.map(({ service, what, since }) => (
    <span key={`${service} ${what}`} title={what}>
      waiting for {service} since <Since at={since} />
    </span>
  ));
