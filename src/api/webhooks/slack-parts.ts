/** Ids as Slack spells them. */
import { EVENT_NAME_LIMIT } from '../../domain/event.js';
import { cutText } from './fields.js';

const CHANNEL = /^[A-Z][A-Z0-9]{1,30}$/;
const TS = /^\d{1,12}\.\d{1,8}$/;

export function isChannel(value: string | null | undefined): value is string {
  return typeof value === 'string' && CHANNEL.test(value);
}

export function isTs(value: string | null | undefined): value is string {
  return typeof value === 'string' && TS.test(value);
}

/** The workspace that a body names; `default` for none. */
export function tenantOf(team: unknown): string {
  return typeof team === 'string' && team !== '' ? cutText(team, EVENT_NAME_LIMIT) : 'default';
}

/** A message's `ts` is its time in seconds; null where it cannot be one. */
export function timeOfTs(ts: string): string | null {
  const at = new Date(Number(ts) * 1000);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
