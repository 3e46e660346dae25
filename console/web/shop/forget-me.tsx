import { useState } from 'preact/hooks';
import { Button, Dialog, toast } from '../ui/index.ts';
import { attempt } from './place-order.ts';
import { forgetAll } from './stored.ts';

/** What this browser keeps of its visitor, and a way to be rid of it. */
export function ForgetMe() {
  const [isAsking, ask] = useState(false);
  const forget = () => {
    forgetAll();
    ask(false);
    toast('This browser has forgotten you.');
  };
  return (
    <section class="forget" aria-label="What this browser keeps">
      <p class="soft">
        This browser keeps the cart, the numbers of your orders and, when you shop as a guest, your name and e-mail address. It does so
        until you say otherwise.
      </p>
      <Button onClick={() => ask(true)} disabled={attempt.value !== null}>
        Forget me…
      </Button>
      {isAsking && (
        <Dialog title="Forget you in this browser?" action="Forget me" back="Keep it" danger onClose={() => ask(false)} onSubmit={forget}>
          <p>Your orders go on, and the shop keeps its own record of them; but they are not listed here any more.</p>
        </Dialog>
      )}
    </section>
  );
}
