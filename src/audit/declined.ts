/** The port through which people look for what the model declined to answer. */

/** One event, with everybody who wrote what it tells of. */
export interface DeclinedRow {
  readonly cycle_id: string;
  readonly subject: string;
  readonly event_type: string;
  readonly title: string | null;
  readonly model: string;
  readonly declined_at: string;
  /** JSON list of `Author.id`. */
  readonly authors: string;
}

export interface DeclinedAuthorRow {
  readonly author: string;
  readonly author_name: string | null;
  /** Events, answered later or not. */
  readonly count: number;
}

export interface DeclinedReader {
  /** Without a decision to this day: newest first, and how many there are. */
  declinedSince(
    since: string,
    limit: number,
  ): { readonly count: number; readonly items: readonly DeclinedRow[] };
  /** Who wrote what was declined since then: most first. */
  declinedAuthors(since: string, limit: number): readonly DeclinedAuthorRow[];
}
