/** Comments come in two roles: answers, and the one living note that says how an issue or a pull request stands. */

/** `answer`: always a new comment. `status_note`: takes the place of the note that stands, in the same comment. */
export type CommentRole = 'answer' | 'status_note';

export interface InRole {
  /** Left out by plans from before there were notes: an answer. */
  readonly as?: CommentRole;
}

export function isStatusNote(payload: object): boolean {
  return 'as' in payload && payload.as === 'status_note';
}
