/** The demo team's Jira: two projects, an active and a closed sprint, issues with comments and links. */
import { LINK_TYPES, STATUSES, TRANSITIONS } from '../jira/catalog.js';
import {
  ACTIVE_SPRINT,
  CLOSED_SPRINT,
  FUTURE_SPRINT,
  PAY_ISSUES,
  type SeedIssue,
  SUP_ISSUES,
  WEB_ISSUES,
} from './jira-issues.js';
import { ANA, CUSTOMER, EVA, PEOPLE } from './people.js';
import type { Seeding } from './seeding.js';

export function seedJira(seeding: Seeding): void {
  seedDirectory(seeding);
  seedSprints(seeding);
  for (const issue of [...PAY_ISSUES, ...WEB_ISSUES, ...SUP_ISSUES]) seedIssue(seeding, issue);
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
    accountId: CUSTOMER.jira,
    displayName: CUSTOMER.name,
    emailAddress: CUSTOMER.email,
    accountType: 'customer',
    active: true,
    timeZone: 'Europe/Berlin',
  });
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
  jira.saveProject({ id: '10002', key: 'SUP', name: 'Support', lead: EVA.jira, type: 'service_desk' });
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

/** Without a history: who linked them, and when, is long forgotten. */
function seedLinks({ jira }: Seeding): void {
  const link = (id: string, typeId: string, from: string, to: string): void => {
    const source = jira.findIssue(from);
    const destination = jira.findIssue(to);
    if (source === null || destination === null) return;
    jira.saveLink({ id, typeId, sourceIssueId: source.id, destinationIssueId: destination.id });
  };
  link('4200001', '10000', 'PAY-3', 'PAY-4');
  link('4200002', '10000', 'PAY-5', 'WEB-2');
  link('4200003', '10003', 'PAY-6', 'PAY-3');
}
