import { visibleText } from '../domain/markup/outgoing-text.js';

/** Columns aligned by their widest cell, without trailing spaces; `rows` have one cell per heading. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${[line(headings), ...rows.map(line)].join('\n')}\n`;
}

/** One line of text, cut to `width` with an ellipsis; control characters become spaces, so that vendors' texts cannot steer a terminal. */
export function oneLine(text: string, width: number): string {
  const flat = plain(text).replace(/\s+/g, ' ').trim();
  return flat.length <= width ? flat : `${flat.slice(0, width - 1)}…`;
}

/** The text without characters that steer a terminal or that nobody sees; newlines stay. */
export function plain(text: string): string {
  return visibleText(text.replace(/[^\P{C}\n]/gu, ' '));
}

/** A plain text of which each further line is moved in: none of them can pass for a line of ours. */
export function hanging(text: string, by: string): string {
  return plain(text).replaceAll('\n', `\n${by}`);
}

/** Every line of the text moved in. */
export function indent(text: string, by: string): string {
  return text
    .split('\n')
    .map((line) => `${by}${line}`.trimEnd())
    .join('\n');
}

/** `2026-11-23 16:41:58` in UTC, from ISO 8601. */
export function when(iso: string | null | undefined): string {
  return iso === null || iso === undefined ? '–' : iso.slice(0, 19).replace('T', ' ');
}

/** A text of the API with each moment in it as `when` tells it: `2026-11-23 16:41:58 UTC`. */
export function withReadableTimes(text: string): string {
  return text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (iso) => `${when(iso)} UTC`);
}

/** Name, milliseconds, and from how many on it is told in them. */
const UNITS = [
  ['d', 86_400_000, 2 * 86_400_000],
  ['h', 3_600_000, 3_600_000],
  ['m', 60_000, 60_000],
  ['s', 1_000, 1_000],
] as const;

/** `4h`, `90m`, `7d`: as pm-agent.yaml spells it; a day is `24h`. */
export function durationOf(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, one, from]) => milliseconds >= from && milliseconds % one === 0) ?? [
    'ms',
    1,
  ];
  return `${milliseconds / size}${unit}`;
}

/** `$0.0123`. */
export function usd(amount: number | null | undefined): string {
  return `$${(amount ?? 0).toFixed(4)}`;
}
