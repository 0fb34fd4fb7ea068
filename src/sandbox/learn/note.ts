/** Takes down one thing that is known now: `issue PAY-142`, `channel C0PAY`. */
export type Note = (thing: string) => void;

/** ISO 8601 UTC of whatever a vendor calls a time (text, or milliseconds since 1970); null where it is none. */
export function toIso(time: unknown): string | null {
  if (typeof time !== 'string' && typeof time !== 'number') {
    return null;
  }
  const date = new Date(
    typeof time === 'string' ? time.replace(/^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),/, '$1.') : time,
  );
  return time === '' || Number.isNaN(date.getTime()) ? null : date.toISOString();
}
