/** Bodies of Jira deliveries about the simulated board, as small as they may be. */
let made = 0;

const visitor = { accountId: '712020:visitor', displayName: 'Vera Visitor', accountType: 'atlassian' };

export interface CommentOptions {
  readonly key?: string;
  readonly text?: string;
  /** When it happened by Jira's clock, epoch milliseconds. */
  readonly at?: number;
}

/** A person's comment that nobody sent before; by default one that the agent answers. */
export function commentDelivery({ key = 'PAY-1', text, at = Date.now() }: CommentOptions = {}): object {
  made += 1;
  return {
    timestamp: at,
    webhookEvent: 'comment_created',
    comment: {
      id: `${800_000 + made}`,
      author: visitor,
      body: text ?? `@PM Agent what is the status of this? (${made})`,
    },
    issue: issueOf(key),
  };
}

/** An issue's beginning. */
export function createdDelivery({ key = 'PAY-1', at = Date.now() }: CommentOptions = {}): object {
  return { timestamp: at, webhookEvent: 'jira:issue_created', user: visitor, issue: issueOf(key) };
}

/** An issue's change of one field. */
export function updateDelivery({ key = 'PAY-1', at = Date.now() }: CommentOptions = {}): object {
  made += 1;
  return {
    timestamp: at,
    webhookEvent: 'jira:issue_updated',
    user: visitor,
    issue: issueOf(key),
    changelog: {
      id: `${700_000 + made}`,
      items: [{ field: 'priority', fieldId: 'priority', fromString: 'Low', toString: 'High' }],
    },
  };
}

function issueOf(key: string): object {
  return { key, fields: { summary: 'Checkout', project: { key: key.split('-')[0] } } };
}
