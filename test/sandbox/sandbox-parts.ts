/** The simulated vendors over a real store and on a real port, with a small team; webhooks are kept instead of delivered. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { createAgentAccounts } from '../../src/sandbox/accounts.js';
import { createBitbucketState } from '../../src/sandbox/bitbucket/create-state.js';
import { readBody } from '../../src/sandbox/body.js';
import type { SandboxDeps } from '../../src/sandbox/deps.js';
import type { Emit } from '../../src/sandbox/emit.js';
import { LINK_TYPES, STATUSES, TRANSITIONS } from '../../src/sandbox/jira/catalog.js';
import { createJiraState } from '../../src/sandbox/jira/create-state.js';
import { createLearnRouter } from '../../src/sandbox/learn.js';
import { createPageRouter } from '../../src/sandbox/page/router.js';
import { createSlackState } from '../../src/sandbox/slack/create-state.js';
import { openStore } from '../../src/sandbox/store.js';
import { createStoryRouter } from '../../src/sandbox/stories/router.js';

export interface SentWebhook {
  readonly vendor: 'jira' | 'bitbucket' | 'slack';
  readonly event: string;
  readonly body: Record<string, unknown>;
}

export interface SandboxParts {
  readonly deps: SandboxDeps;
  readonly url: string;
  /** Webhooks since the team was put in, oldest first. */
  sent(): readonly SentWebhook[];
  /** Every document of the store, as text. */
  dump(): readonly unknown[];
  post(path: string, body: unknown): Promise<Response>;
  submit(
    path: string,
    fields: Record<string, string | undefined>,
    headers?: Record<string, string>,
  ): Promise<Response>;
  close(): Promise<void>;
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export async function startSandboxParts(): Promise<SandboxParts> {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const store = openStore(join(folder, 'sandbox.db'));
  const sent: SentWebhook[] = [];
  const scope = {
    store,
    emit: keepingEmit(sent),
    accounts: createAgentAccounts('PM Agent'),
    clock: () => new Date(),
    url: 'http://127.0.0.1:8090',
  };
  const deps: SandboxDeps = {
    ...scope,
    agentName: 'PM Agent',
    log: silent,
    jira: createJiraState(scope),
    bitbucket: createBitbucketState(scope),
    slack: createSlackState(scope),
  };
  putInTeam(deps);
  sent.length = 0;
  const http = await listen(deps);
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    deps,
    url,
    sent: () => [...sent],
    dump: () => store.database.prepare('SELECT vendor, kind, id, json FROM documents ORDER BY seq').all(),
    post: (path, body) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    submit: (path, fields, headers = { accept: 'text/html' }) =>
      fetch(url + path, {
        method: 'POST',
        headers,
        redirect: 'manual',
        body: new URLSearchParams(
          Object.entries(fields).map(([name, value]): [string, string] => [name, value ?? '']),
        ),
      }),
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => {
        http.close(resolve);
      });
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listen(deps: SandboxDeps) {
  const app = express();
  app.use(readBody(), createPageRouter(deps), createStoryRouter(deps), createLearnRouter(deps));
  const http = createServer(app);
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  return http;
}

function keepingEmit(sent: SentWebhook[]): Emit {
  const keep = (vendor: SentWebhook['vendor'], event: unknown, body: Record<string, unknown>) => {
    sent.push({ vendor, event: String(event), body });
    return String(sent.length);
  };
  return {
    jira: (body) => keep('jira', body.webhookEvent, body),
    bitbucket: (eventKey, body) => keep('bitbucket', eventKey, body),
    slackEvent: (event) => keep('slack', event.type, event),
    slackForm: (path, fields) => keep('slack', path, fields),
  };
}

function putInTeam({ jira, bitbucket, slack, accounts, clock }: SandboxDeps): void {
  const user = { emailAddress: null, accountType: 'atlassian' as const, active: true, timeZone: 'Etc/UTC' };
  jira.saveUser({ ...user, accountId: '712020:ada', displayName: 'Ada Okafor' });
  jira.saveUser({ ...user, accountId: '712020:bo', displayName: 'Bo Chen' });
  jira.saveUser({ ...user, ...accounts.jira, accountType: 'app' });
  for (const { name, category } of STATUSES) {
    jira.ensureStatus(name, category);
  }
  const idOf = (old: string) => jira.ensureStatus(STATUSES.find(({ id }) => id === old)?.name ?? '').id;
  for (const transition of TRANSITIONS) {
    jira.saveTransition({ ...transition, from: transition.from.map(idOf), to: idOf(transition.to) });
  }
  LINK_TYPES.forEach((type) => jira.saveLinkType(type));
  jira.saveProject({ id: '20001', key: 'PAY', name: 'Payments', lead: '712020:ada' });
  jira.saveBoard({ id: 1, name: 'PAY board', type: 'scrum', projectKey: 'PAY' });
  jira.createSprint({ boardId: 1, name: 'PAY Sprint 1', goal: null, startDate: null, endDate: null });
  for (const [summary, assignee] of [
    ['Checkout fails', '712020:bo'],
    ['Refunds take a day', '712020:ada'],
    ['Tidy the ledger', null],
  ] as const) {
    const issue = jira.createIssue('712020:ada', { projectKey: 'PAY', summary, assignee });
    if (assignee !== null) {
      jira.updateIssue('712020:ada', issue, { statusId: jira.ensureStatus('In Progress').id });
    }
  }
  bitbucket.saveUser({ uuid: '{ada}', accountId: '557058:ada', displayName: 'Ada Okafor', nickname: 'ada' });
  bitbucket.saveUser({ ...accounts.bitbucket, accountId: '557058:pm', nickname: 'pm-agent' });
  const createdOn = clock().toISOString();
  bitbucket.saveRepository({
    fullName: 'acme/pay-api',
    name: 'pay-api',
    uuid: '{pay-api}',
    mainBranch: 'main',
    projectKey: 'PAY',
    createdOn,
    updatedOn: createdOn,
  });
  bitbucket.createPullRequest('{ada}', 'acme/pay-api', { title: 'PAY-1 Fix it', sourceBranch: 'fix/PAY-1' });
  const person = { email: null, isBot: false, botId: null, tz: 'Etc/UTC' };
  slack.saveUser({ ...person, id: 'U0ADA', name: 'ada', realName: 'Ada Okafor' });
  slack.saveUser({
    ...person,
    id: accounts.slack.userId,
    name: 'pm-agent',
    realName: 'PM Agent',
    isBot: true,
    botId: accounts.slack.botId,
  });
  slack.saveChannel({
    id: 'C0PAY',
    name: 'pay-team',
    isIm: false,
    imUser: null,
    isArchived: false,
    topic: '',
    purpose: '',
    creator: 'U0ADA',
    created: 1_700_000_000,
    members: ['U0ADA', accounts.slack.userId],
  });
  slack.openDirectMessage('U0ADA');
}
