import type { ActionRow } from './row.js';

export type EscalationLevel = 'info' | 'warning' | 'critical';

export interface Escalate {
  /** Why a person has to step in, in a few words. */
  readonly reason: string;
  /** Markdown: what is going on, and what is asked of the person. */
  readonly text: string;
  readonly level: EscalationLevel;
  /**
   * Slack id of the person or channel that is told, from pm-agent.yaml; null where it names none. Code fills it in: a
   * proposal has no such member, and no text can choose it.
   */
  readonly to?: string | null;
}

/** What an escalation ends with where pm-agent.yaml names nobody. */
export const NO_ESCALATION_PLACE =
  "nobody can be told: pm-agent.yaml names neither a Slack account of the team's lead (teams[].escalation.lead and that person's people[].slack) nor a channel of the team (teams[].slack.channel); set one of them";

export const escalate: ActionRow<Escalate> = {
  service: 'slack',
  changes: 'words',
  preview: {
    line: ({ to, reason }) => `Escalate to ${to ?? 'nobody'}: ${reason}`,
    named: (payload) => payload,
    words: escalationText,
    rewritten: (payload, rewrite) => ({
      ...payload,
      reason: rewrite(payload.reason),
      text: rewrite(payload.text),
    }),
  },
  editable: [
    { name: 'reason', label: 'Reason, in a few words', as: 'line' },
    { name: 'text', label: 'What is going on (Markdown)', as: 'words' },
    { name: 'level', label: 'Level: info, warning or critical', as: 'line' },
  ],
  target: {
    of: ({ to }) => (to === null || to === undefined ? 'escalation' : `slack:${to}`),
    // It is about the event's project, whoever is told.
    projects: () => [],
    refusal: ({ to }) => ((to ?? null) === null ? NO_ESCALATION_PLACE : null),
  },
  preconditions: { words: 'pm-agent.yaml names whom to tell', seen: () => null, already: () => null },
  marker: { words: 'the message metadata `pm_agent_action`', appearsLate: true, provesOurs: true },
  inverse: { reversible: false, why: 'a person was called: deleting the words would not call them back' },
  risk: { grade: 'G1', why: 'one message to a person or channel that the configuration names' },
};

/** The message of an escalation, as it is approved and sent. */
export function escalationText({ reason, text, level }: Escalate): string {
  return `**Escalation (${level}): ${reason}**\n\n${text}`;
}
