import { useLocation } from 'preact-iso';
import { LinkButton } from '../ui/index.ts';
import { address } from './address.ts';

/** The ways to the next page and back to the first; the browser's back button goes one back. */
export function Pages({ nextCursor }: { nextCursor: string | null }) {
  const { path, query } = useLocation();
  if (nextCursor === null && query.cursor === undefined) return null;
  return (
    <nav class="pages row" aria-label="Pages">
      {query.cursor !== undefined && <LinkButton href={address(path, { ...query, cursor: undefined })}>First page</LinkButton>}
      {nextCursor !== null && <LinkButton href={address(path, { ...query, cursor: nextCursor })}>Next page</LinkButton>}
    </nav>
  );
}
