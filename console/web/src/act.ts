import { useState } from 'preact/hooks';
import { sayFailure, toast } from '../ui/index.ts';

/** Runs what a button asks for: once at a time, and says when it failed. */
export function useAction(): { busy: boolean; act: (work: () => Promise<void>) => void } {
  const [busy, setBusy] = useState(false);
  const act = async (work: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    try {
      await work();
    } catch (error) {
      const { title, detail } = sayFailure(error);
      toast(`${title}: ${detail}`, { bad: true });
    }
    setBusy(false);
  };
  return { busy, act: (work) => void act(work) };
}
