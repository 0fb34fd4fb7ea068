const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What a person reads when a duration is wrong. */
export const DURATION_HINT = 'a duration like 500ms, 3s, 15m, 24h or 7d';

/** Milliseconds of `500ms`, `3s`, `15m`, `24h`, `7d` (a bare `0` too); null where the text is none of these. */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === '0') {
    return 0;
  }
  const [, amount, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(trimmed) ?? [];
  const factor = unit === undefined ? undefined : UNITS[unit];
  return amount === undefined || factor === undefined ? null : Math.round(Number(amount) * factor);
}
