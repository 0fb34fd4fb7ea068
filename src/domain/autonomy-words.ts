/** What stands between a kind of action and its next level, in words for whoever leads the team. */
import { type AutonomyKey, keyName, levelAbove, type StandingLevel } from './autonomy.js';
import type { AutonomyEvidence } from './autonomy-evidence.js';

/** What counts at each level. */
const COUNTED = {
  observe: 'recorded proposals',
  propose: 'approvals of what was proposed, unchanged,',
  approve: 'unchanged approvals of what the policy alone would let go',
} as const;

/** One or two sentences: what counts, what is missing, and which setting would change it. */
export function wayUp({
  level,
  source,
  evidence,
  ...key
}: AutonomyKey & StandingLevel & { readonly evidence: AutonomyEvidence }): string {
  const next = levelAbove(level);
  if (next === null || level === 'announce') {
    return [
      source === 'built_in'
        ? 'Nothing to earn: nobody chose a level, so the policy alone decides'
        : 'Nothing more to earn: at announce the policy alone decides',
      ...askedAtTheTop(key, evidence),
    ].join('. ');
  }
  if (evidence.offer !== null) {
    return `${next} is offered: pm-agent autonomy promote ${key.kind} ${key.project}`;
  }
  const { run, needed } = evidence;
  return [
    `${next} takes ${needed} ${COUNTED[level]} in a row; there are ${run}`,
    ...asked(key, evidence),
    ...finalOnes(evidence),
  ].join('. ');
}

function askedAtTheTop({ kind }: AutonomyKey, { notCounted }: AutonomyEvidence): string[] {
  return notCounted.asked === 0
    ? []
    : [`It asked about ${notCounted.asked} that were approved unchanged; ${LET_GO(kind)}`];
}

function asked(key: AutonomyKey, { notCounted }: AutonomyEvidence): string[] {
  return notCounted.asked === 0
    ? []
    : [
        `${notCounted.asked} approved unchanged do not count: the policy asks about them at every level, so announce would change nothing for ${keyName(key)}; ${LET_GO(key.kind)}, and from then on they count`,
      ];
}

function finalOnes({ notCounted }: AutonomyEvidence): string[] {
  return notCounted.final === 0
    ? []
    : [`${notCounted.final} of grade G3 do not count: what is final always asks`];
}

/** A level only takes away (docs/decisions/0037): what goes by itself is the policy's to say. */
const LET_GO = (kind: string) =>
  `what may go without a person is a rule for ${kind} with verdict: auto in policy.rules of pm-agent.yaml (or policy.default)`;
