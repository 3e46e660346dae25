/** A field's local time (`datetime-local`) and the address's UTC. */
export const toField = (iso: string | undefined): string => {
  if (iso === undefined || Number.isNaN(Date.parse(iso))) return '';
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

export const fromField = (local: string): string | undefined => (local === '' ? undefined : new Date(local).toISOString());
