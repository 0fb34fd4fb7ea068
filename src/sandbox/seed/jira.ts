/** The demo team's Jira: two projects, an active and a closed sprint, issues with comments and links. */
import { LINK_TYPES, STATUSES, TRANSITIONS } from '../jira/catalog.js';
import type { NewIssue } from '../jira/issues.js';
import { ANA, BO, CLEO, DAN, EVA, PEOPLE } from './people.js';
import type { Seeding } from './seeding.js';

interface SeedIssue {
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

export function seedJira(seeding: Seeding): void {
  seedDirectory(seeding);
  seedSprints(seeding);
  for (const issue of [...PAY_ISSUES, ...WEB_ISSUES]) seedIssue(seeding, issue);
  seedLinks(seeding);
}

function seedDirectory({ jira, store, accounts }: Seeding): void {
  for (const person of PEOPLE) {
    jira.saveUser({
      accountId: person.jira,
      displayName: person.name,
      emailAddress: person.email,
      accountType: 'atlassian',
      active: true,
      timeZone: 'Europe/Berlin',
    });
  }
  jira.saveUser({
    accountId: accounts.jira.accountId,
    displayName: accounts.jira.displayName,
    emailAddress: null,
    accountType: 'app',
    active: true,
    timeZone: 'Etc/UTC',
  });
  for (const status of STATUSES) store.put('jira', 'status', status.id, status);
  for (const transition of TRANSITIONS) jira.saveTransition(transition);
  for (const type of LINK_TYPES) jira.saveLinkType(type);
  jira.saveProject({ id: '10000', key: 'PAY', name: 'Payments', lead: ANA.jira });
  jira.saveProject({ id: '10001', key: 'WEB', name: 'Web shop', lead: EVA.jira });
  jira.saveBoard({ id: 1, name: 'Payments board', type: 'scrum', projectKey: 'PAY' });
  jira.saveBoard({ id: 2, name: 'Web shop board', type: 'kanban', projectKey: 'WEB' });
}

function seedSprints({ jira, daysAgo }: Seeding): void {
  jira.saveSprint({
    id: CLOSED_SPRINT,
    boardId: 1,
    name: 'PAY Sprint 11',
    state: 'closed',
    goal: 'Card payments survive a provider outage',
    startDate: daysAgo(20),
    endDate: daysAgo(6.5),
    completeDate: daysAgo(6.4),
  });
  jira.saveSprint({
    id: ACTIVE_SPRINT,
    boardId: 1,
    name: 'PAY Sprint 12',
    state: 'active',
    goal: 'No customer is charged twice',
    startDate: daysAgo(6),
    endDate: daysAgo(-8),
    completeDate: null,
  });
  jira.saveSprint({
    id: FUTURE_SPRINT,
    boardId: 1,
    name: 'PAY Sprint 13',
    state: 'future',
    goal: 'Refunds without a support ticket',
    startDate: null,
    endDate: null,
    completeDate: null,
  });
}

function seedIssue(
  { jira, at }: Seeding,
  { fields, moves = [], by, daysOld, comments = [] }: SeedIssue,
): void {
  const reporter = by ?? ANA.jira;
  let days = daysOld;
  at(days);
  let issue = jira.createIssue(reporter, fields);
  for (const move of moves) {
    days = Math.max(days - 1, 0.1);
    at(days);
    issue = jira.transitionIssue(fields.assignee ?? reporter, issue, move) ?? issue;
  }
  for (const [author, text] of comments) {
    days = Math.max(days * 0.8, 0.05);
    at(days);
    jira.addComment(author, issue, text);
  }
}

function seedLinks({ jira, at }: Seeding): void {
  at(3);
  const link = (type: string, from: string, to: string): void => {
    const source = jira.findIssue(from);
    const destination = jira.findIssue(to);
    if (source !== null && destination !== null) jira.createLink(type, source.id, destination.id);
  };
  link('10000', 'PAY-3', 'PAY-4');
  link('10000', 'PAY-5', 'WEB-2');
  link('10003', 'PAY-6', 'PAY-3');
}

const PAY_ISSUES: readonly SeedIssue[] = [
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

const WEB_ISSUES: readonly SeedIssue[] = [
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
