/** What the numbers of oversight ask for. Thresholds: docs/approvals.md. */
import { ENOUGH, type Oversight } from './oversight.js';

/** More of a kind than these were decided faster than they can be read. */
const STAMPED = 0.2;
/** So many of a kind were rejected. */
const REJECTED = 0.2;
/** The slow ones wait longer than that for a person who works. */
const SLOW_SECONDS = 4 * 3_600;
/** So much further the edits of the later half go than those of the earlier. */
const RISING = 0.1;
/** From so many decisions on, of which so many approved what was proposed, nobody has to be asked. */
const PROVEN = 30;
const PROVEN_CLEAN = 0.95;

/** More of a kind than these were taken back. */
const TAKEN_BACK = 0.02;

/** What is worth a second look, each as a sentence; none where all is well, or where too little is known. */
export function concernsOf(measured: Oversight): readonly string[] {
  const ofDecisions = measured.decided < ENOUGH ? [] : CONCERNS.flatMap((concern) => concern(measured) ?? []);
  return [...ofDecisions, ...undoConcern(measured)];
}

function undoConcern({ undone: { share, of } }: Oversight): readonly string[] {
  return share !== null && of >= ENOUGH && share > TAKEN_BACK
    ? [
        `${percent(share)} of what was done were taken back: let people decide on each (pm-agent autonomy demote)`,
      ]
    : [];
}

const CONCERNS: readonly ((measured: Oversight) => string | null)[] = [
  ({ rubberStamps: { share } }) =>
    share !== null && share > STAMPED
      ? `${percent(share)} were decided faster than they can be read: ask for less, or of fewer people at a time`
      : null,
  ({ rejected: { share } }) =>
    share !== null && share >= REJECTED
      ? `${percent(share)} were rejected: suspend it (pm-agent autonomy demote), or look at what it is told`
      : null,
  ({ workLatency: { p85 } }) =>
    p85 !== null && p85 > SLOW_SECONDS
      ? `85 % waited up to ${hours(p85)} working hours, more than ${hours(SLOW_SECONDS)}: route it elsewhere (approvers, secondApproverAfter)`
      : null,
  ({ edits: { earlier, later } }) =>
    earlier !== null && later !== null && later - earlier >= RISING
      ? `edits went from ${percent(earlier)} to ${percent(later)} of the text: look at what changed in prompt, model or rules (pm-agent replay)`
      : null,
];

/** What could be asked less, each as a sentence: only ever offered, a person takes it. */
export function suggestionsOf({ harmless: { share, of } }: Oversight): readonly string[] {
  return share !== null && of >= PROVEN && share >= PROVEN_CLEAN
    ? [
        `${percent(share)} of ${of} that can be undone were approved as proposed: let it go by itself (verdict: auto in policy.rules where the policy asks, pm-agent autonomy promote where the level does)`,
      ]
    : [];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function hours(seconds: number): string {
  return String(Math.round(seconds / 360) / 10);
}
