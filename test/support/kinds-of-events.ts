/**
 * Every kind of event that has a prompt of its own, twice, as people cause it in the sandbox: what comes of it is the vendor's own
 * webhook, read by the product's own doors.
 */
import { allDoors } from '../../src/api/webhooks/index.js';
import type { EventType, PmEvent } from '../../src/domain/event.js';
import { ANA, BO } from '../../src/sandbox/seed/people.js';
import { eventually, type ReceivedWebhook, type TestSandbox } from '../sandbox/running-sandbox.js';

export interface KindOfEvent {
  /** Id of its prompt. */
  readonly prompt: string;
  /** What happens, and the type of the event that comes of it. */
  readonly acts: readonly (readonly [EventType, (sandbox: TestSandbox) => Promise<unknown>])[];
}

const ISSUE = '/jira/rest/api/2/issue';
const PULL_REQUESTS = '/bitbucket/2.0/repositories/acme/pay-api/pullrequests';
const story = (name: string) => (sandbox: TestSandbox) => sandbox.post(`/_story/${name}`);
const commentOnIssue = (issue: string, text: string) => (sandbox: TestSandbox) =>
  sandbox.post('/_page/jira', { issue, by: ANA.jira, text });
const commentOnPullRequest = (pullRequest: number, text: string) => (sandbox: TestSandbox) =>
  sandbox.post('/_page/bitbucket', { repository: 'acme/pay-api', pullRequest, by: BO.bitbucket, text });
const edit = (key: string, fields: object) => (sandbox: TestSandbox) =>
  sandbox.put(`${ISSUE}/${key}`, { fields });
const closeSprint = (id: number) => (sandbox: TestSandbox) =>
  sandbox.put(`/jira/rest/agile/1.0/sprint/${id}`, { state: 'closed' });

/** In an order that is possible: a sprint is started before it is closed. */
export const KINDS_OF_EVENTS: readonly KindOfEvent[] = [
  {
    prompt: 'new-issue',
    acts: [
      ['issue_created', story('new-bug')],
      [
        'issue_created',
        (sandbox) =>
          sandbox.post(ISSUE, {
            fields: {
              project: { key: 'PAY' },
              issuetype: { name: 'Story' },
              summary: 'Refund by bank transfer',
              description: 'Customers without a card want their money too. Done when the page offers it.',
            },
          }),
      ],
    ],
  },
  {
    prompt: 'changed-issue',
    acts: [
      ['issue_updated', edit('PAY-7', { priority: { name: 'High' } })],
      ['issue_updated', edit('PAY-3', { labels: ['double-charge', 'audit'] })],
    ],
  },
  {
    prompt: 'question',
    acts: [
      ['comment_created', commentOnIssue('PAY-5', '@PM Agent how is this going?')],
      ['comment_created', commentOnIssue('PAY-3', '@PM Agent who is on this, and will it make the sprint?')],
    ],
  },
  {
    prompt: 'blocked-work',
    acts: [
      [
        'issuelink_created',
        (sandbox) =>
          sandbox.post('/jira/rest/api/2/issueLink', {
            type: { name: 'Blocks' },
            inwardIssue: { key: 'PAY-6' },
            outwardIssue: { key: 'PAY-7' },
          }),
      ],
      ['issue_updated', edit('PAY-4', { priority: { name: 'High' } })],
      // Blocked by nothing: only its due date has passed.
      ['issue_updated', edit('PAY-6', { duedate: '2020-01-31' })],
    ],
  },
  {
    prompt: 'pull-request-opened',
    acts: [
      ['pr_created', story('pull-request')],
      ['pr_created', story('pull-request')],
    ],
  },
  {
    prompt: 'pull-request-updated',
    acts: [
      ['pr_updated', (sandbox) => sandbox.put(`${PULL_REQUESTS}/2`, { title: 'PAY-5 Count only refunds' })],
      ['pr_approved', (sandbox) => sandbox.post(`${PULL_REQUESTS}/1/approve`)],
    ],
  },
  {
    prompt: 'pull-request-commented',
    acts: [
      ['pr_comment_created', commentOnPullRequest(2, '@PM Agent which issue is this for?')],
      ['pr_comment_created', commentOnPullRequest(1, '@PM Agent who reviews this?')],
    ],
  },
  {
    prompt: 'failing-build',
    acts: [
      ['commit_status', story('red-build')],
      ['commit_status', story('red-build')],
    ],
  },
  {
    prompt: 'sprint-started',
    acts: [
      ['sprint_started', story('sprint-start')],
      ['sprint_started', story('sprint-start')],
    ],
  },
  {
    prompt: 'sprint-closed',
    acts: [
      ['sprint_closed', closeSprint(12)],
      ['sprint_closed', closeSprint(13)],
    ],
  },
  {
    prompt: 'slack-mention',
    acts: [
      ['app_mention', story('slack-mention')],
      [
        'app_mention',
        (sandbox) =>
          sandbox.post('/_page/slack', {
            channel: 'C0PAY',
            by: BO.slack,
            text: '@PM Agent is PAY-5 in review?',
          }),
      ],
    ],
  },
];

/** The event of an act, as the product reads its webhook. The vendors' own API acts as the agent: a person is put in its place. */
export async function causeEvent(
  sandbox: TestSandbox,
  [type, act]: KindOfEvent['acts'][number],
): Promise<PmEvent> {
  const before = sandbox.hooks.length;
  const answer = (await act(sandbox)) as { readonly status: number };
  if (answer.status >= 400) {
    throw new Error(`the sandbox did not do it: ${JSON.stringify(answer)}`);
  }
  const event = await eventually(
    () =>
      sandbox.hooks
        .slice(before)
        .map(readHook)
        .find((read) => read?.type === type),
    `an event ${type}`,
  );
  return { ...event, actor: { id: ANA.jira, name: ANA.name, isBot: false } };
}

/** Null where the door makes no event of it. */
function readHook({ path, headers, raw }: ReceivedWebhook): PmEvent | null {
  const door = allDoors().find((one) => path.endsWith(one.path));
  const decoded = door?.decode(Buffer.from(raw));
  if (door === undefined || decoded?.ok !== true) {
    return null;
  }
  const kept = Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  const parsed = door.parse(kept, decoded.body, { isOurs: () => true });
  return parsed.outcome === 'event' ? parsed.event : null;
}
