import type { Discard, DryRun, DryRunRequest, Job, ReplayRequest, Target } from '../../../src/api/index.ts';
import { counted, toast } from '../../ui/index.ts';
import { send } from '../api.ts';

export const TRIED = 50;

export const dryRun = (target: Target): Promise<DryRun> => {
  const body: DryRunRequest = { target, max: TRIED };
  return send<DryRun>('POST', '/console/dead-letters/dry-run', { body });
};

export async function replay(body: ReplayRequest): Promise<void> {
  const { total } = await send<Job>('POST', '/console/dead-letters/replay', { body });
  toast(`Replaying ${counted(total, 'letter')}. It goes on without this page.`);
}

export async function discard(target: Target, reason: string, onUndone: () => void): Promise<void> {
  const scheduled = await send<Discard>('POST', '/console/dead-letters/discards', { body: { target, reason } });
  const undo = () => void undoDiscard(scheduled).then(onUndone, (error: Error) => toast(error.message, { bad: true }));
  toast(`${counted(scheduled.letterIds.length, 'letter')} will be discarded.`, { offer: { name: 'Undo', run: undo } });
}

export async function undoDiscard({ discardId, letterIds }: Discard): Promise<void> {
  await send('POST', `/console/dead-letters/discards/${discardId}/undo`);
  toast(`Taken back: ${counted(letterIds.length, 'letter')} stay open.`);
}
