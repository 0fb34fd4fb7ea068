/** A subject on which the agent was told to be quiet. */
export interface Mute {
  readonly by: { readonly id: string; readonly name: string };
  /** ISO 8601 UTC, by the vendor's clock. */
  readonly since: string;
}

/** For a person: "muted by Ana Lindqvist since 2026-11-23T10:00:00.000Z". */
export function muteSentence({ by, since }: Mute): string {
  return `muted by ${by.name} since ${since}`;
}

/**
 * What became of one `mute` or `unmute`: `obeyed`; `unchanged`, it already was so; `overtaken`, a later one was said
 * that came earlier; `repeated`, the same comment said so before (it was edited, or told of twice).
 */
export type MuteOutcome = 'obeyed' | 'unchanged' | 'overtaken' | 'repeated';
