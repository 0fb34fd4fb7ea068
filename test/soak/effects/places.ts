/** Makes the places where the effects of one run go, so that none of them is another's. */
import { noteReference } from '../../../src/integrations/bitbucket/reference.js';
import { digestOfWords } from '../../../src/integrations/status-notes.js';
import { CHANGED_FILE, FORMER_WORDS, type Place, REPOSITORY, SLACK_CHANNEL, type SoakKind } from './kinds.js';
import type { PlannedCrash } from './plan.js';

/** Any credential of no person is the agent's. */
const AGENT = 'Bearer soak';
/** What people filed: the agent looks through what it filed itself. */
const ANA = `Basic ${Buffer.from('ana@acme.example:soak').toString('base64')}`;

export async function placesOf(
  sandbox: string,
  { n, kinds }: Pick<PlannedCrash, 'n' | 'kinds'>,
): Promise<readonly Place[]> {
  const [runIssue, runPullRequest, runThread] = await Promise.all([
    createIssue(sandbox, `Run ${n}`),
    createPullRequest(sandbox, `Run ${n}`),
    createThread(sandbox, `Run ${n}`),
  ]);
  await changeFile(sandbox, runPullRequest);
  const shared = { runIssue, runPullRequest, runThread };
  return Promise.all(kinds.map((kind, i) => placeOf(sandbox, { kind, name: `${n} ${i}`, i, ...shared })));
}

interface Wanted extends Pick<Place, 'runIssue' | 'runPullRequest' | 'runThread'> {
  readonly kind: SoakKind;
  readonly name: string;
  readonly i: number;
}

async function placeOf(sandbox: string, wanted: Wanted): Promise<Place> {
  const { kind, name, i, runIssue, runPullRequest, runThread } = wanted;
  const isOnPullRequest = kind === 'note on a pull request';
  const place = {
    ownIssue: await createIssue(sandbox, `Effect ${name}`),
    runIssue,
    ownPullRequest: isOnPullRequest ? await createPullRequest(sandbox, `Effect ${name}`) : 0,
    runPullRequest,
    runThread,
    word: `effect${name.replace(' ', 'x')}`,
  };
  if (i % 2 === 1 && (isOnPullRequest || kind === 'note on an issue')) {
    await leaveNote(sandbox, place);
  }
  return place;
}

/** A note with its mark, as the agent writes it. */
async function leaveNote(sandbox: string, { ownIssue, ownPullRequest }: Place): Promise<void> {
  const text = FORMER_WORDS;
  if (ownPullRequest > 0) {
    const raw = `${text}\n\n${noteReference(text, 'before.a1', [])}`;
    await post(`${pullRequestsAt(sandbox)}/${ownPullRequest}/comments`, AGENT, { content: { raw } });
    return;
  }
  const content = [{ type: 'paragraph', content: [{ type: 'text', text }] }];
  await post(`${sandbox}/jira/rest/api/3/issue/${ownIssue}/comment`, AGENT, {
    body: { type: 'doc', version: 1, content },
    properties: [
      { key: 'pm-agent.action', value: { actionId: 'before.a1', note: { words: digestOfWords(text) } } },
    ],
  });
}

const pullRequestsAt = (sandbox: string) => `${sandbox}/bitbucket/repositories/${REPOSITORY}/pullrequests`;

async function createPullRequest(sandbox: string, title: string): Promise<number> {
  const source = { branch: { name: 'main' } };
  return ((await post(pullRequestsAt(sandbox), AGENT, { title, source })) as { id: number }).id;
}

/** So that its diff shows a line to comment on. */
async function changeFile(sandbox: string, id: number): Promise<void> {
  await post(`${sandbox}/_bitbucket/rewrite`, AGENT, { repository: REPOSITORY, id, files: [CHANGED_FILE] });
}

async function createThread(sandbox: string, text: string): Promise<string> {
  const message = { channel: SLACK_CHANNEL, text };
  return ((await post(`${sandbox}/slack/api/chat.postMessage`, AGENT, message)) as { ts: string }).ts;
}

async function createIssue(sandbox: string, summary: string): Promise<string> {
  const fields = { project: { key: 'WEB' }, summary, issuetype: { name: 'Task' } };
  return ((await post(`${sandbox}/jira/rest/api/3/issue`, ANA, { fields })) as { key: string }).key;
}

async function post(url: string, authorization: string, body: unknown): Promise<unknown> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify(body),
  });
  if (!answer.ok) {
    throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  }
  return answer.json();
}
