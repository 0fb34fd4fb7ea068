/** The product's parts, the vendors as people use them, and the command line: what the table of undos works with. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createParts, type Parts } from '../../support/parts.js';
import { json } from '../../support/vendor-trouble.js';

export const REPOSITORY = 'acme/pay-api';
export const PERSON = `Basic ${Buffer.from('ana@acme.example:x').toString('base64')}`;
/** Any credential of no person is the agent's account: who may administer may delete what it wrote. */
export const ADMIN = 'Bearer admin';

const ROOT = resolve(fileURLToPath(new URL('../../..', import.meta.url)));
const CONFIG = `
policy: { default: auto }
limits: { actionsPerSubjectPerHour: 1000, messagesPerChannelPerHour: 1000 }
people:
  - { id: ana, name: Ana Lindqvist, slack: U0ANA, roles: [lead] }
  - { id: bo, name: Bo Chen, slack: U0BO, roles: [lead] }
teams:
  - id: web
    jira: { projects: [WEB, PAY, SUP] }
    bitbucket: { repositories: [${REPOSITORY}] }
    slack: { channel: C0WEB }
    members: [ana, bo]
    escalation: { lead: ana }
`;

export interface Office {
  readonly parts: Parts;
  jira(method: string, path: string, body?: unknown): Promise<any>;
  bitbucket(method: string, path: string, body?: unknown, authorization?: string): Promise<any>;
  slack(method: string, body: Readonly<Record<string, unknown>>, token?: string): Promise<any>;
  /** The fields of an issue. */
  issue(key: string): Promise<any>;
  /** Texts of the comments on an issue, with their ids. */
  comments(key: string): Promise<readonly string[]>;
  /** Everywhere, how many messages say the word. */
  messages(word: string): Promise<number>;
  deleteMessage(word: string): Promise<unknown>;
  /** Somebody presses a button below a message of the agent's. */
  press(
    by: string,
    card: { readonly channel: string; readonly ts: string },
    button: string,
  ): Promise<unknown>;
  /** How many comments of a pull request that are not deleted say the word. */
  reviews(id: number, word: string): Promise<number>;
  /** As a person at a terminal: what it prints, and its exit code. */
  cli(...args: readonly string[]): Promise<{ readonly code: number; readonly said: string }>;
}

/** Everything is started once, for the whole table. */
export async function openOffice(): Promise<Office> {
  const parts = await createParts({ SWEEP_EVERY: '0' });
  writeFileSync(join(parts.dataDir, 'pm-agent.yaml'), CONFIG);
  await parts.startAll();
  const { sandbox } = parts;
  const jira: Office['jira'] = (method, path, body) =>
    call(method, `${sandbox}/jira/rest/api/2${path}`, PERSON, body);
  const bitbucket: Office['bitbucket'] = (method, path, body, authorization = PERSON_AT_BITBUCKET) =>
    call(method, `${sandbox}/bitbucket/repositories/${REPOSITORY}${path}`, authorization, body);
  const slack: Office['slack'] = (method, body, token = 'xoxp-U0ANA') =>
    call('POST', `${sandbox}/slack/${method}`, `Bearer ${token}`, body);
  const saying = async (word: string) => {
    const { slack: state } = (await call('GET', `${sandbox}/_state`, PERSON)) as any;
    return Object.values<any>(state.message).filter(({ text }) => String(text).includes(word));
  };
  return {
    parts,
    jira,
    bitbucket,
    slack,
    issue: async (key) => (await jira('GET', `/issue/${key}`)).fields,
    comments: async (key) => {
      const { comments } = await jira('GET', `/issue/${key}/comment?maxResults=100`);
      return comments.map(({ id, body }: { id: string; body: string }) => `${id}: ${body}`);
    },
    messages: async (word) => (await saying(word)).filter(({ user }) => user === 'U0PMAGENT').length,
    deleteMessage: async (word) => {
      const [sent] = (await saying(word)).filter(({ user }) => user === 'U0PMAGENT');
      return slack('chat.delete', { channel: sent.channel, ts: sent.ts }, 'xoxb-admin');
    },
    press: (by, { channel, ts }, actionId) =>
      json(`${sandbox}/_page/slack-click`, {
        method: 'POST',
        headers: { accept: 'application/json' },
        body: new URLSearchParams({ channel, ts, by, actionId }),
      }),
    reviews: async (id, word) => {
      const { values } = await bitbucket('GET', `/pullrequests/${id}/comments?pagelen=100`);
      return values.filter(
        ({ deleted, content, user }: any) =>
          deleted !== true && content.raw.includes(word) && user.nickname !== 'ana',
      ).length;
    },
    cli: (...args) => cli(parts, args),
  };
}

const PERSON_AT_BITBUCKET = `Basic ${Buffer.from('ana:any').toString('base64')}`;

async function call(method: string, url: string, authorization: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', authorization },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  }
  return text === '' ? null : JSON.parse(text);
}

async function cli(parts: Parts, args: readonly string[]) {
  const command = promisify(execFile)(process.execPath, [join(ROOT, 'bin', 'pm-agent.mjs'), ...args], {
    cwd: parts.dataDir,
    env: { ...parts.env, PM_AGENT_URL: parts.api },
  });
  return command.then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, said: stderr }),
  );
}
