import { Icon } from './icon.tsx';
import { toast } from './toast.tsx';

/** A long id, shortened from the left: UUIDv7 begin alike. It is copied whole. */
export const ShortId = ({ id, href }: { id: string; href?: string }) => {
  const short = id.length > 14 ? `…${id.slice(-8)}` : id;
  return href === undefined ? (
    <span class="mono nowrap" title={id}>
      {short}
    </span>
  ) : (
    <a class="mono nowrap" href={href} title={id}>
      {short}
    </a>
  );
};

export const CopyButton = ({ text, what }: { text: string; what: string }) => (
  <button
    class="button button--quiet"
    type="button"
    aria-label={`Copy ${what}`}
    title={`Copy ${what}`}
    onClick={() =>
      navigator.clipboard.writeText(text).then(
        () => toast(`Copied ${what}.`),
        () => toast(`Copy it by hand: ${text}`, { bad: true }),
      )
    }
  >
    <Icon name="copy" />
  </button>
);
