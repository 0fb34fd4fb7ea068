/** Ids as Slack spells them, and the subjects made of them. */
const CHANNEL = /^[A-Z][A-Z0-9]{1,30}$/;
const TS = /^\d{1,12}\.\d{1,8}$/;

export function isChannel(value: string | null | undefined): value is string {
  return typeof value === 'string' && CHANNEL.test(value);
}

export function isTs(value: string | null | undefined): value is string {
  return typeof value === 'string' && TS.test(value);
}

/** A thread, or a whole channel where no thread is known. */
export function subjectOf(channel: string, threadTs: string | null): string {
  return threadTs === null ? `slack:${channel}` : `slack:${channel}/${threadTs}`;
}

/** A message's `ts` is its time in seconds; null where it cannot be one. */
export function timeOfTs(ts: string): string | null {
  const at = new Date(Number(ts) * 1000);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
