/**
 * What marks a comment as ours. Bitbucket keeps no hidden property on comments, so it is a short visible reference at the
 * end: `pm-agent:` and 12 hex digits of the action id's sha256, behind them 12 of the mark of each change that it answers.
 */
import { createHash } from 'node:crypto';

const DIGITS = 12;
/** As our comments end with it: on a line of its own, which a quote's last line is not. */
const REFERENCE = /(?:^|\n)[_*]?ref pm-agent:([0-9a-f]{12}(?:-[0-9a-f]{12})*)[_*]?\s*$/;

/** `answers`: in hex. */
export function actionReference(actionId: string, answers: readonly string[] = []): string {
  return `pm-agent:${[shortHash(actionId), ...answers.map(shortened)].join('-')}`;
}

/** Does this text end with the reference of this action? */
export function isOfAction(text: string, actionId: string): boolean {
  return referenceIn(text)[0] === shortHash(actionId);
}

/** Does this text end with a reference that names one of these changes? */
export function isAnswerTo(text: string, marks: readonly string[]): boolean {
  const [, ...answers] = referenceIn(text);
  return marks.some((mark) => answers.includes(shortened(mark)));
}

function referenceIn(text: string): readonly string[] {
  return REFERENCE.exec(text)?.[1]?.split('-') ?? [];
}

function shortHash(actionId: string): string {
  return shortened(createHash('sha256').update(actionId).digest('hex'));
}

function shortened(mark: string): string {
  return mark.slice(0, DIGITS);
}
