/** Where an answer goes: always a new comment or reply at the place where the agent was spoken to. */
import { textAt } from '../loose-json.js';
import type { ProposedAction } from './decision.js';
import type { Prompt, PromptEvent } from './prompt.js';

/** A new comment or reply in the conversation of an event; null where the prompt names no place for one. */
export function replyTo(event: PromptEvent, prompt: Prompt, text: string): ProposedAction | null {
  const channel = textAt(event.raw, 'channel');
  if (textAt(event.raw, 'source') === 'slack' || channel !== null) {
    return channel === null
      ? null
      : { kind: 'slack.message', payload: { channel, threadTs: textAt(event.raw, 'threadTs'), text } };
  }
  return event.type.startsWith('pr_') ? commentOnPullRequest(prompt, text) : commentOnIssue(prompt, text);
}

/** A comment on the prompt's issue; null where there is none. */
export function commentOnIssue(prompt: Prompt, body: string): ProposedAction | null {
  const issueKey = prompt.issue?.key ?? textAt(prompt.event.raw, 'issue', 'key');
  return issueKey === null ? null : { kind: 'jira.comment', payload: { issueKey, body } };
}

/** A comment on the prompt's pull request; null where there is none. */
export function commentOnPullRequest(prompt: Prompt, body: string): ProposedAction | null {
  const repository = prompt.pullRequest?.repository ?? textAt(prompt.event.raw, 'repository');
  const pullRequestId = prompt.pullRequest?.id ?? Number(textAt(prompt.event.raw, 'pullRequest', 'id'));
  return repository === null || !Number.isInteger(pullRequestId) || pullRequestId <= 0
    ? null
    : { kind: 'bitbucket.pr_comment', payload: { repository, pullRequestId, body } };
}

/** A message of its own in the team's channel; null where the prompt names none. */
export function messageToTeam(prompt: Prompt, text: string): ProposedAction | null {
  return prompt.channel === null
    ? null
    : { kind: 'slack.message', payload: { channel: prompt.channel, threadTs: null, text } };
}
