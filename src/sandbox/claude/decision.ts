/** The reply that the product asks for, as the stand-in writes it. The product checks it with a schema of its own. */

export interface ProposedAction {
  readonly kind:
    | 'jira.comment'
    | 'jira.transition'
    | 'jira.assign'
    | 'slack.message'
    | 'bitbucket.pr_comment'
    | 'escalate';
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface StandInDecision {
  readonly summary: string;
  readonly reasons: readonly { readonly text: string; readonly evidence: readonly string[] }[];
  readonly actions: readonly ProposedAction[];
  readonly uncertainty: string | null;
  readonly wouldChange: string | null;
}

/** Evidence that every prompt has: the event itself. A reason without any evidence is void to the product. */
const EVENT = ['event'];

/** "Do nothing", with its reason. A normal outcome. */
export function noAction(summary: string, evidence: readonly string[] = []): StandInDecision {
  return { summary, reasons: [reason(summary, evidence)], actions: [], uncertainty: null, wouldChange: null };
}

/** One action and the sentence that explains it. */
export function oneAction(
  summary: string,
  action: ProposedAction,
  evidence: readonly string[],
): StandInDecision {
  return {
    summary,
    reasons: [reason(summary, evidence)],
    actions: [action],
    uncertainty: null,
    wouldChange: null,
  };
}

function reason(text: string, evidence: readonly string[]): StandInDecision['reasons'][number] {
  return { text, evidence: evidence.length === 0 ? EVENT : evidence };
}
