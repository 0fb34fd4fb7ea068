/** The demo team's Bitbucket: workspace `acme` with two repositories, open pull requests and builds. */
import type { NewPullRequest } from '../bitbucket/pull-requests.js';
import { ANA, BO, CLEO, DAN, PEOPLE } from './people.js';
import type { Seeding } from './seeding.js';

const API = 'acme/pay-api';
const WEB = 'acme/pay-web';

export function seedBitbucket(seeding: Seeding): void {
  const { bitbucket, accounts } = seeding;
  for (const { bitbucket: uuid, jira, name, handle } of PEOPLE) {
    bitbucket.saveUser({ uuid, accountId: jira, displayName: name, nickname: handle });
  }
  const { uuid, displayName } = accounts.bitbucket;
  bitbucket.saveUser({ uuid, accountId: accounts.jira.accountId, displayName, nickname: 'pm-agent' });
  seedRepository(seeding, API, 'pay-api', '{0a910000-0000-4000-8000-00000000000a}');
  seedRepository(seeding, WEB, 'pay-web', '{0eb00000-0000-4000-8000-00000000000b}');
  seedPayApi(seeding);
  seedPayWeb(seeding);
}

function seedRepository(
  { bitbucket, at, daysAgo }: Seeding,
  fullName: string,
  name: string,
  uuid: string,
): void {
  const createdOn = daysAgo(200);
  bitbucket.saveRepository({
    fullName,
    name,
    uuid,
    mainBranch: 'main',
    projectKey: 'SHOP',
    createdOn,
    updatedOn: createdOn,
  });
  at(40);
  const [, head] = bitbucket.push(ANA.bitbucket, fullName, 'main', [
    'Start',
    'Check every change before it is merged',
  ]);
  if (head !== undefined) {
    const state = {
      key: 'pipeline',
      name: 'Pipeline on main',
      state: 'SUCCESSFUL',
      refname: 'main',
    } as const;
    bitbucket.setStatus(ANA.bitbucket, fullName, head.hash, state);
  }
}

function seedPayApi(seeding: Seeding): void {
  const { bitbucket, at } = seeding;
  const keys = openPullRequest(seeding, BO.bitbucket, API, 3, 'SUCCESSFUL', {
    title: 'PAY-3 Idempotency keys for captures',
    description: 'Stores the key with the capture and answers the first result for a repeated one.',
    sourceBranch: 'feature/PAY-3-idempotency-keys',
    reviewers: [ANA.bitbucket, CLEO.bitbucket],
    diffstat: [
      { path: 'src/captures/capture.ts', status: 'modified', linesAdded: 48, linesRemoved: 9 },
      { path: 'src/captures/idempotency-key.ts', status: 'added', linesAdded: 61, linesRemoved: 0 },
      { path: 'test/captures/idempotency-key.test.ts', status: 'added', linesAdded: 84, linesRemoved: 0 },
    ],
  });
  at(2);
  bitbucket.addPullRequestComment(
    CLEO.bitbucket,
    keys,
    'What happens when the first capture is still running?',
  );
  openPullRequest(seeding, DAN.bitbucket, API, 2, 'SUCCESSFUL', {
    title: 'Count only refunds that went through',
    description: 'PAY-5: the sum counted failed refunds too.',
    sourceBranch: 'bugfix/PAY-5-partial-refunds',
    reviewers: [BO.bitbucket],
    diffstat: [{ path: 'src/refunds/refund.ts', status: 'modified', linesAdded: 6, linesRemoved: 3 }],
  });
}

function seedPayWeb(seeding: Seeding): void {
  openPullRequest(seeding, CLEO.bitbucket, WEB, 4, 'FAILED', {
    title: 'WEB-2 Refund status on the order page',
    description: 'Shows requested, on its way, arrived.',
    sourceBranch: 'feature/WEB-2-refund-status',
    reviewers: [DAN.bitbucket],
    diffstat: [
      { path: 'src/orders/refund-status.tsx', status: 'added', linesAdded: 73, linesRemoved: 0 },
      { path: 'src/orders/order-page.tsx', status: 'modified', linesAdded: 12, linesRemoved: 2 },
    ],
  });
}

function openPullRequest(
  { bitbucket, at }: Seeding,
  by: string,
  repository: string,
  daysOld: number,
  state: 'SUCCESSFUL' | 'FAILED',
  fields: NewPullRequest,
) {
  at(daysOld + 0.5);
  const [commit] = bitbucket.push(by, repository, fields.sourceBranch, [fields.title]);
  at(daysOld);
  const pr = bitbucket.createPullRequest(by, repository, fields);
  if (commit !== undefined) {
    bitbucket.setStatus(by, repository, commit.hash, {
      key: 'pipeline',
      name: `Pipeline on ${fields.sourceBranch}`,
      state,
      description: state === 'FAILED' ? '3 of 122 tests failed' : 'All tests passed',
      url: `https://ci.acme.example/${repository}/${commit.hash.slice(0, 7)}`,
      refname: fields.sourceBranch,
    });
  }
  return pr;
}
