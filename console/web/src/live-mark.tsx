import { Status } from '../ui/index.ts';

/** Whether what is shown moves by itself. */
export const LiveMark = ({ isLive }: { isLive: boolean }) => (
  <Status tone={isLive ? 'good' : 'idle'}>{isLive ? 'Live' : 'Connecting'}</Status>
);
