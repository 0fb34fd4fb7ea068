import { escapeSlackText } from '../../domain/markup/slack-mrkdwn.js';
import type { CardPerson } from './approval-card.js';

/** Those who can be named in Slack are: it is them that it waits for. */
export function decidersOf(deciders: readonly CardPerson[] | null): string {
  if (deciders === null) {
    return 'anybody in pm-agent.yaml';
  }
  const names = deciders.map(({ name, slack }) => (slack === null ? escapeSlackText(name) : `<@${slack}>`));
  return names.join(', ') || 'nobody in pm-agent.yaml';
}
