/** Requests that a careful reader turns down, so that whoever approves unread finds out. They are never carried out. */
import type { Action } from './action.js';
import type { ApprovalState } from './approval.js';
import type { ContextFacts } from './context.js';
import type { CycleInput, DrillAction } from './cycle.js';
import type { Judgement } from './policy.js';

export interface DrillInput {
  readonly drillId: string;
  /** The id of its workflow, as a cycle's. */
  readonly cycleId: string;
  /** Id of the admin, or `policy` where the rate of pm-agent.yaml started it. */
  readonly startedBy: string;
  /** Milliseconds; the policy's own deadline wins. */
  readonly approvalTimeoutMs: number;
}

/** What is shown, in the likeness of a cycle. */
export interface ShownDrill {
  readonly cycle: CycleInput;
  readonly planned: DrillAction;
  /** What the policy was asked about it. Left out by drills from before it was kept. */
  readonly judgement?: Judgement;
  readonly contextHash: string;
  readonly title: string;
  /** What it says for itself. */
  readonly summary: string;
  /** Id of the team that is asked; null for none. */
  readonly team: string | null;
  readonly deadlineMs: number;
  /** The cycle that it is made of, and that one's event; left out by drills from before they were kept. */
  readonly likeCycleId?: string;
  readonly likeEventId?: string;
  /** How long its steps take; left out as above. */
  readonly like?: DrillLikeness;
}

/** What of a step stands on the cycle's page, and how long it took. */
export interface LikeStep {
  readonly detail: Readonly<Record<string, unknown>>;
  /** Milliseconds. */
  readonly tookMs: number;
}

/** What the steps of a drill say of themselves. The call of the model is kept with its cycle alone. */
export interface DrillLikeness {
  readonly gather: LikeStep;
  readonly decide: LikeStep;
  readonly plan: LikeStep;
}

/** Or why nothing can be made into a drill now. */
export type OpenedDrill = ShownDrill | { readonly refusal: string };

/** `other`: taken over, or closed by something else than a decision. */
export const DRILL_OUTCOMES = ['caught', 'missed', 'edited', 'expired', 'other'] as const;
export type DrillOutcome = (typeof DRILL_OUTCOMES)[number];

/** What people made of a drill. @param wasEdited somebody changed it first: nobody can tell what they took it for */
export function drillOutcomeOf(status: ApprovalState['status'], wasEdited: boolean): DrillOutcome {
  switch (status) {
    case 'rejected':
      return 'caught';
    case 'approved':
      return wasEdited ? 'edited' : 'missed';
    case 'expired':
      return 'expired';
    case 'pending':
    case 'reopened':
    case 'superseded':
      return 'other';
  }
}

/** A proposal that its own evidence speaks against. */
export interface BadProposal {
  readonly action: Action;
  /** What the request says for itself. */
  readonly summary: string;
  /** What is wrong with it, for whoever decided. */
  readonly wrong: string;
}

type Issue = NonNullable<ContextFacts['issue']>;

/** Each with every member that the model's reply has. Null where the issue does not lend itself to it. */
export const BAD_PROPOSALS: readonly ((issue: Issue) => BadProposal | null)[] = [
  ({ key, status, reachableStatuses, finalStatuses = [] }) => {
    const final = reachableStatuses.find((one) => finalStatuses.includes(one));
    return final === undefined || finalStatuses.includes(status)
      ? null
      : {
          action: {
            kind: 'jira.transition',
            payload: { issueKey: key, toStatus: final, resolution: '', assignee: '' },
          },
          summary: `${key} can be closed: nothing is left to do.`,
          wrong: `${key} was in ${status}, and nothing that was shown said that its work is finished`,
        };
  },
  ({ key, assigneeId, status }) =>
    assigneeId === null
      ? null
      : {
          action: { kind: 'jira.assign', payload: { issueKey: key, accountId: null } },
          summary: `${key} has nobody who works on it and can go back to the pile.`,
          wrong: `${key} had an assignee and was in ${status}: the request takes work away from somebody`,
        },
  ({ key, status, finalStatuses = [] }) =>
    finalStatuses.includes(status)
      ? null
      : {
          action: {
            kind: 'jira.comment',
            payload: {
              issueKey: key,
              as: 'answer',
              audience: 'internal',
              body: `${key} is finished and was released to all customers this morning.`,
            },
          },
          summary: `People on ${key} wait for the news of its release.`,
          wrong: `${key} was in ${status}, and nothing that was shown told of a release`,
        },
];
