/** The issues of the demo team's two projects, in the order of their keys. */
import type { NewIssue } from '../jira/issues.js';
import { ANA, BO, CLEO, CUSTOMER, DAN, EVA } from './people.js';

export interface SeedIssue {
  readonly fields: NewIssue;
  /** Transitions taken, in order, each a day after the last. */
  readonly moves?: readonly string[];
  readonly by?: string;
  readonly daysOld: number;
  readonly comments?: readonly (readonly [by: string, text: string])[];
}

export const CLOSED_SPRINT = 11;
export const ACTIVE_SPRINT = 12;
export const FUTURE_SPRINT = 13;

const START = '21';
const REVIEW = '31';
const DONE = '41';

export const PAY_ISSUES: readonly SeedIssue[] = [
  {
    daysOld: 24,
    moves: [START, REVIEW, DONE],
    fields: {
      projectKey: 'PAY',
      summary: 'Switch to the second card provider when the first is down',
      description:
        'h2. Goal\nPayments keep working while the first provider is down.\n\nh2. Done when\n* the switch happens within 30 seconds\n* nobody has to press a button',
      issueType: 'Story',
      priority: 'High',
      assignee: BO.jira,
      labels: ['resilience'],
      sprintIds: [CLOSED_SPRINT],
      storyPoints: 8,
    },
    comments: [[BO.jira, 'Measured with the provider switched off: 11 seconds.']],
  },
  {
    daysOld: 22,
    moves: [START, DONE],
    fields: {
      projectKey: 'PAY',
      summary: 'Receipts show the wrong time zone',
      description: 'Receipts print UTC. Customers expect their own time.',
      issueType: 'Bug',
      assignee: CLEO.jira,
      sprintIds: [CLOSED_SPRINT],
      storyPoints: 2,
    },
  },
  {
    daysOld: 9,
    moves: [START],
    fields: {
      projectKey: 'PAY',
      summary: 'Idempotency keys for captures',
      description:
        'A repeated capture must not charge twice.\n\nh2. Done when\n# every capture carries a key\n# the same key within 24 hours answers the first result\n# the key is in the log: {{capture.idempotency_key}}',
      issueType: 'Story',
      priority: 'Highest',
      assignee: BO.jira,
      labels: ['double-charge'],
      sprintIds: [ACTIVE_SPRINT],
      storyPoints: 5,
      dueDate: null,
    },
    comments: [
      [ANA.jira, `[~accountid:${BO.jira}] how far are we? The provider wants to know which header we send.`],
      [
        BO.jira,
        'Keys are stored and compared. Missing: what happens when the first capture is still running.',
      ],
    ],
  },
  {
    daysOld: 8,
    fields: {
      projectKey: 'PAY',
      summary: 'Alert when two captures share an order',
      description: 'Needs the keys from PAY-3 first. The alert goes to #payments.',
      issueType: 'Task',
      assignee: CLEO.jira,
      sprintIds: [ACTIVE_SPRINT],
      storyPoints: 3,
    },
    comments: [[CLEO.jira, 'Blocked until PAY-3 writes the key into the log.']],
  },
  {
    daysOld: 7,
    moves: [START, REVIEW],
    fields: {
      projectKey: 'PAY',
      summary: 'Refund endpoint answers 500 for partial refunds',
      description:
        'h2. Steps\n# capture 100.00\n# refund 40.00\n# refund 40.00 again\n\n{code:json}\n{"error": "amount exceeds capture"}\n{code}\n\nThe second refund should work: 80.00 of 100.00.',
      issueType: 'Bug',
      priority: 'High',
      assignee: DAN.jira,
      labels: ['refunds'],
      sprintIds: [ACTIVE_SPRINT],
      storyPoints: 3,
    },
    comments: [[DAN.jira, 'Fixed on the branch, pull request is open. The sum counted failed refunds too.']],
  },
  {
    daysOld: 5,
    by: EVA.jira,
    fields: {
      projectKey: 'PAY',
      summary: 'Customers report double charges after a timeout',
      description: 'Three tickets since Monday. All of them paid again after the page said "try again".',
      issueType: 'Bug',
      priority: 'Highest',
      assignee: null,
      labels: ['double-charge', 'support'],
      sprintIds: [ACTIVE_SPRINT],
    },
    comments: [[EVA.jira, 'Support has promised an answer by Friday. Who takes this?']],
  },
  {
    daysOld: 4,
    fields: {
      projectKey: 'PAY',
      summary: 'Write down how refunds are reconciled',
      description: null,
      issueType: 'Task',
      priority: 'Low',
      assignee: null,
    },
  },
];

export const WEB_ISSUES: readonly SeedIssue[] = [
  {
    daysOld: 15,
    by: EVA.jira,
    moves: [START, REVIEW, DONE],
    fields: {
      projectKey: 'WEB',
      summary: 'Show delivery dates in the basket',
      description: 'One line below each article: "Arrives on Thursday".',
      issueType: 'Story',
      assignee: DAN.jira,
      storyPoints: 3,
    },
  },
  {
    daysOld: 10,
    by: EVA.jira,
    moves: [START],
    fields: {
      projectKey: 'WEB',
      summary: 'Refund status on the order page',
      description: 'Shows requested, on its way, arrived. Needs the refund endpoint (PAY-5).',
      issueType: 'Story',
      priority: 'High',
      assignee: CLEO.jira,
      storyPoints: 5,
    },
    comments: [[CLEO.jira, 'The page is ready and waits for PAY-5.']],
  },
  {
    daysOld: 6,
    by: DAN.jira,
    fields: {
      projectKey: 'WEB',
      summary: 'Checkout button jumps on small screens',
      description: 'Below 360 pixels the button moves under the thumb while the prices load.',
      issueType: 'Bug',
      priority: 'Medium',
      assignee: DAN.jira,
      labels: ['mobile'],
    },
  },
  {
    daysOld: 5,
    by: EVA.jira,
    fields: {
      projectKey: 'WEB',
      summary: 'Try a shorter address form',
      description: 'Two fields fewer. Measure how many people finish the order.',
      issueType: 'Task',
      priority: 'Low',
      assignee: null,
      storyPoints: 2,
    },
  },
  {
    daysOld: 2,
    by: EVA.jira,
    fields: {
      projectKey: 'WEB',
      summary: 'Search does not find articles with an umlaut',
      description: '"Müsli" finds nothing, "musli" does.',
      issueType: 'Bug',
      priority: 'High',
      assignee: null,
    },
  },
];

/** Of the service project: asked by a customer. */
export const SUP_ISSUES: readonly SeedIssue[] = [
  {
    daysOld: 2,
    by: CUSTOMER.jira,
    fields: {
      projectKey: 'SUP',
      summary: 'My refund has not arrived',
      description: 'Order 4711, refunded last Monday. When will I have the money?',
      issueType: 'Task',
      priority: 'High',
      assignee: EVA.jira,
    },
    comments: [[CUSTOMER.jira, 'Is there any news?']],
  },
];
