/** What people and bots say at each vendor; override what the test is about. */
import type { PullRequestEvent, SlackMessageEvent } from '../../../src/domain/event.js';

export function prComment(overrides: Partial<PullRequestEvent> = {}): PullRequestEvent {
  return {
    type: 'pr_comment_created',
    source: 'bitbucket',
    tenant: 'acme',
    subject: 'bitbucket:acme/pay-api#7',
    project: 'acme/pay-api',
    changeKey: null,
    occurredAt: '2026-11-23T10:00:00.000Z',
    actor: { id: '{bo}', name: 'Bo Chen', isBot: false },
    repository: 'acme/pay-api',
    pullRequest: { id: 7, title: 'Fix the wallet' },
    comment: { id: '501', text: '@PM Agent what is the status?' },
    ...overrides,
  };
}

export function slackMessage(overrides: Partial<SlackMessageEvent> = {}): SlackMessageEvent {
  return {
    type: 'app_mention',
    source: 'slack',
    tenant: 'T1',
    subject: 'slack:C0PAY/1700000000.000100',
    project: 'C0PAY',
    changeKey: null,
    occurredAt: '2026-11-23T10:00:00.000Z',
    actor: { id: 'UANA', name: null, isBot: false },
    channel: 'C0PAY',
    ts: '1700000000.000200',
    threadTs: '1700000000.000100',
    text: '<@UAGENT> what is the status?',
    ...overrides,
  };
}
