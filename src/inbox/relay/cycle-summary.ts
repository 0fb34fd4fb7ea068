/** What Temporal's Web UI shows of a cycle from its first moment on. Names no person. */
import { cutToBytes } from '../../domain/cut-to-bytes.js';
import type { CycleInput } from '../../domain/cycle.js';

/** The server's limit is 400 bytes; half of it fits a table's column. */
const SUMMARY_BYTES = 200;

/** One sentence: "Answers comment created on PAY-142 (jira)." */
export function staticSummaryOf(input: CycleInput): string {
  const { event, coalescedInto, alsoAnswers } = input;
  const what = `${event.type.replaceAll('_', ' ')} on ${event.subject.slice(event.source.length + 1)} (${event.source})`;
  if (coalescedInto !== null) {
    return cutToBytes(`Notes ${what}, which a newer event's cycle answers too.`, SUMMARY_BYTES);
  }
  const more = alsoAnswers.length === 0 ? '' : ` and ${alsoAnswers.length} earlier`;
  return cutToBytes(`Answers ${what}${more}.`, SUMMARY_BYTES);
}

/** Where to look for more, in Temporal's Markdown. */
export function staticDetailsOf(input: CycleInput): string {
  const lines = [
    `Event \`${input.eventId}\`, received ${input.receivedAt}.`,
    `Subject \`${input.event.subject}\`, fence ${input.fence}.`,
    ...(input.coalescedInto === null ? [] : [`Answered by \`${input.coalescedInto}\`.`]),
    ...input.alsoAnswers.map(({ eventId, event }) => `Also answers \`${eventId}\` (${event.type}).`),
  ];
  return lines.join('\n\n');
}
