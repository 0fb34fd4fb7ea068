/** How an event stands in the inbox, and how it came to be known. */

/** `received` → `started` → `processed`; the other three are ends of their own. */
export const EVENT_STATUSES = [
  'received',
  'started',
  'processed',
  'ignored',
  'quarantined',
  'dead_letter',
] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];

/** The vendor told of it, or the sweep found it. */
export const EVENT_ORIGINS = ['webhook', 'reconcile'] as const;
export type EventOrigin = (typeof EVENT_ORIGINS)[number];
