import { escapeSlackText } from '../../domain/markup/slack-mrkdwn.js';
import type { ApprovalCard } from './approval-card.js';

/** Those who can be named in Slack are: it is them that it waits for. Whoever asked for it is told by name, and not called. */
export function decidersOf({ deciders, notBy }: Pick<ApprovalCard, 'deciders' | 'notBy'>): string {
  if (deciders === null) {
    const but = notBy.length === 0 ? '' : ` but ${notBy.map(({ name }) => escapeSlackText(name)).join(', ')}`;
    return `anybody in pm-agent.yaml${but}`;
  }
  const names = deciders.map(({ name, slack }) => (slack === null ? escapeSlackText(name) : `<@${slack}>`));
  return names.join(', ') || 'nobody in pm-agent.yaml';
}
