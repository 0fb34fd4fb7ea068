/**
 * `pm-agent undo` on each kind of action: the real command line, API, worker and Temporal, and vendors that the sandbox plays.
 * All actions are carried out first, in cycles of their own; then each is taken back, or found changed by a person.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Action } from '../../src/domain/action.js';
import { ACTIONS } from '../../src/domain/actions/index.js';
import { eventually } from '../support/eventually.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { type CycleView, ended, json, makeTrouble, reached, scriptModel } from '../support/vendor-trouble.js';
import { type Office, openOffice, REPOSITORY } from './undo/office.js';
import { type Done, type Place, ROWS, type Row } from './undo/rows.js';

type Case = 'taken back' | 'changed';
interface Carried extends Done {
  readonly id: string;
  /** How it stood before the action. */
  readonly before: unknown;
}

/** That is only given up: how long it takes says how busy the machine is. */
const WITHIN_MS = 300_000;
const AT_A_TIME = 6;

const FILE = { path: 'src/refunds/refund.ts', status: 'modified', linesAdded: 6, linesRemoved: 3 };
/** By row and case; what went wrong where it was not done, for its own test to tell. */
const carried = new Map<string, unknown>();
let escalation = '';
let office: Office;

beforeAll(async () => {
  office = await openOffice();
  // What is made for the rows is no event, and neither is what the agent itself does.
  await makeTrouble(office.parts, { vendor: 'jira', kind: 'lose_webhook', times: 10_000 });
  await makeTrouble(office.parts, {
    vendor: 'bitbucket',
    kind: 'lose_webhook',
    match: '^pullrequest:created$',
    times: 10_000,
  });
  const all = await Promise.all(
    ROWS.flatMap((row, n) =>
      (['taken back', 'changed'] as const).map(async (one, i) => {
        const place = await placeFor(row.project, row.on, `undo${n}x${i}`);
        return { row, one, place };
      }),
    ),
  );
  const lead = await placeFor('WEB', 'issue', 'undoescalation');
  const wishes = all.flatMap(({ row, place }) => [
    // The later question is read together with the earlier one: it is looked for first.
    { place, action: row.action(place) },
    ...(row.after === undefined ? [] : [{ place: firstOf(place), action: row.after(place) }]),
  ]);
  await scriptModel(
    office.parts,
    [...wishes, { place: lead, action: escalate }].map(({ place, action }) => ({
      match: `see to ${wishOf(place)}!`,
      actions: [action],
    })),
  );
  await fewAtATime(all, async (one) => {
    const name = `${one.row.name} ${one.one}`;
    await carryOut(one).then(
      (done) => carried.set(name, done),
      (problem: unknown) => carried.set(name, problem),
    );
  });
  escalation = (await carriedOut('issue', lead, escalate)).id;
}, 2 * WITHIN_MS);
afterAll(() => office?.parts.dispose());

/** Whoever waits asks the API again and again: all of them at once would slow down what they wait for. */
async function fewAtATime<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const workOff = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      await work(one);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, workOff));
}

const escalate: Action = { kind: 'escalate', payload: { reason: 'undo', text: 'Look.', level: 'info' } };

/** What the question names; the action's own word would make it look like the action. */
const wishOf = ({ word }: Place): string => word.replace('undo', 'wish');
const firstOf = (place: Place): Place => ({ ...place, word: `${place.word}first` });

async function carryOut({ row, place }: { readonly row: Row; readonly place: Place }): Promise<Carried> {
  if (row.after !== undefined) {
    await carriedOut(row.on, firstOf(place), row.after(place));
  }
  const before = await row.look(office, { place, remoteId: null });
  const { id, remoteId } = await carriedOut(row.on, place, row.action(place));
  const done = { place, remoteId, before, id };
  expect(await row.look(office, done)).not.toEqual(before);
  return done;
}

async function placeFor(project: string, on: Row['on'], word: string): Promise<Place> {
  const [issue, other] = [await newIssue(project, word), await newIssue(project, `other ${word}`)];
  const pullRequest = on === 'pull request' ? await newPullRequest(word) : 0;
  const thread = on === 'thread' ? await newThread() : '';
  return { issue, other, pullRequest, thread, word };
}

async function newThread(): Promise<string> {
  return (await office.slack('chat.postMessage', { channel: 'C0WEB', text: 'Something else.' })).ts;
}

async function newIssue(project: string, word: string): Promise<string> {
  const fields = { project: { key: project }, summary: word, issuetype: { name: 'Task' }, labels: ['seed'] };
  const assignee = { accountId: '712020:e7a00000-0000-4000-8000-000000000005' };
  return (await office.jira('POST', '/issue', { fields: { ...fields, assignee } })).key;
}

async function newPullRequest(title: string): Promise<number> {
  const source = { branch: { name: 'main' } };
  const { id } = await office.bitbucket('POST', '/pullrequests', { title, source });
  await json(`${office.parts.sandbox}/_bitbucket/rewrite`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ repository: REPOSITORY, id, files: [FILE] }),
  });
  return id;
}

/** Asked for by a person, proposed by the model, and done. */
async function carriedOut(
  on: Row['on'],
  place: Place,
  action: Action,
): Promise<{ readonly id: string; readonly remoteId: string | null }> {
  const cycleId = await ask(on, place);
  const first = await reached(office.parts, cycleId, ['completed', 'awaiting_approval'], WITHIN_MS);
  if (first.status === 'awaiting_approval') {
    await approve(cycleId);
  }
  const cycle = await ended(office.parts, cycleId, WITHIN_MS);
  expect(cycle.actions).toMatchObject([{ kind: action.kind, status: 'executed' }]);
  const [one] = cycle.actions as [CycleView['actions'][number]];
  return { id: one.id, remoteId: one.result?.remoteId ?? null };
}

interface Request {
  readonly id: string;
  readonly cycleId: string;
  readonly hash: string;
  /** How many different people have to approve; left out: one. */
  readonly needed?: number;
}

/**
 * A final status, the highest stakes, and a message to one person are asked about whatever the policy says. The first two
 * ask two people, who are known in Slack: whoever sits at this computer may be either of them.
 */
async function approve(cycleId: string): Promise<void> {
  const { api } = office.parts;
  const { items } = await json<{ items: Request[] }>(`${api}/api/approvals?status=pending&limit=500`);
  const { id, hash, needed = 1 } = items.find((one) => one.cycleId === cycleId) ?? { id: '', hash: '' };
  if (needed > 1) {
    askedTwo.add(cycleId);
    for (const person of ['U0ANA', 'U0BO']) {
      await office.press(person, await cardOf(id), 'pm_agent_approve');
    }
    return;
  }
  await json(`${api}/api/approvals/${id}/decision`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ decision: 'approve', hash }),
  });
}

/** Cycles of which one approval was not enough. */
const askedTwo = new Set<string>();

function cardOf(approvalId: string): Promise<{ readonly channel: string; readonly ts: string }> {
  return eventually(async () => {
    const { cards } = await json<{ cards: { channel: string; ts: string; state: string }[] }>(
      `${office.parts.api}/api/approvals/${approvalId}`,
    );
    expect(cards).toMatchObject([{ state: 'posted' }]);
    return cards[0] as { channel: string; ts: string };
  }, WITHIN_MS);
}

async function ask(on: Row['on'], place: Place): Promise<string> {
  const { issue, pullRequest, thread } = place;
  const text = `please see to ${wishOf(place)}!`;
  if (on === 'issue') {
    const delivery = commentDelivery({ key: issue, text: `@PM Agent ${text}` });
    return String((await office.parts.deliver(delivery, `undo-${wishOf(place)}`)).body.cycleId);
  }
  if (on === 'pull request') {
    const content = { raw: `@PM Agent ${text}` };
    await office.bitbucket('POST', `/pullrequests/${pullRequest}/comments`, { content });
    return cycleOn(`bitbucket:${REPOSITORY}#${pullRequest}`);
  }
  const reply = { channel: 'C0WEB', thread_ts: thread, text: `<@U0PMAGENT> ${text}` };
  await office.slack('chat.postMessage', reply);
  return cycleOn(`slack:C0WEB/${thread}`);
}

function cycleOn(subject: string): Promise<string> {
  return eventually(async () => {
    const path = `${office.parts.api}/api/cycles?subject=${encodeURIComponent(subject)}`;
    const { items } = await json<{ items: CycleView[] }>(path);
    expect(items).toHaveLength(1);
    return String(items[0]?.id);
  }, WITHIN_MS);
}

function get(row: Row, one: Case): Carried {
  const found = carried.get(`${row.name} ${one}`);
  if (found instanceof Error) {
    throw found;
  }
  return found as Carried;
}

/** The API waits ten seconds for a worker, and says so where that took longer: whoever asks again asks for the same. */
function undo({ id }: Carried): Promise<{ readonly code: number; readonly said: string }> {
  return eventually(async () => {
    const answer = await office.cli('undo', id);
    expect(answer.said).not.toMatch(/^Recorded: /);
    return answer;
  }, WITHIN_MS);
}

/** What `explain` owes to whoever asks why: each part by what only it looks like. */
const TOLD = {
  event: /received \d{4}-\d\d-\d\d .*\(evt_/,
  'context with source and hash':
    /^ +\S+ +(?:jira|bitbucket|slack):rest +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +[0-9a-f]{12} /m,
  'model and prompt': /claude-\S+, prompt \S+ [\d.]+ \(sha256 [0-9a-f]{12} → [0-9a-f]{12}\)/,
  rule: /by rule +"/,
  approver: /approval +(?:none was asked for|.*approved)/,
  request: /request +(?:POST|PUT|DELETE) \S+/,
  response: /answer +/,
  cost: /\d+ tokens in.*, \d+ out, \$\d/,
  'Temporal link': /\/namespaces\/default\/workflows\//,
} as const;

describe.each(ROWS)('$name', (row) => {
  test(
    "is explained by the vendor's own id where it has one, else by the action's",
    async () => {
      const done = get(row, 'taken back');

      const { code, said } = await office.cli('explain', done.remoteId ?? done.id);

      expect(code).toBe(0);
      for (const part of Object.values(TOLD)) {
        expect(said).toMatch(part);
      }
      expect(said).toContain(done.id);
    },
    WITHIN_MS,
  );

  test(
    'is taken back, once, and stands as it did before',
    async () => {
      const done = get(row, 'taken back');

      const first = await undo(done);
      const second = await undo(done);

      expect(first).toEqual({ code: 0, said: expect.stringMatching(/^Undone: /) });
      expect(second).toEqual(first);
      expect(await row.look(office, done)).toEqual(done.before);
    },
    WITHIN_MS,
  );

  test(
    'what a person did since is shown, and not overwritten',
    async () => {
      const done = get(row, 'changed');
      await row.change(office, done);
      const changed = await row.look(office, done);

      const { code, said } = await undo(done);

      if (row.shown === null) {
        expect({ code, said }).toEqual({ code: 0, said: expect.stringMatching(/^Undone: /) });
      } else {
        expect(code).toBe(1);
        expect(said).toContain(row.shown);
      }
      expect(await row.look(office, done)).toEqual(changed);
    },
    WITHIN_MS,
  );
});

test('a change of priority, and a final status, were approved by two people', async () => {
  const kinds = await Promise.all(
    [...askedTwo].map(async (id) => (await ended(office.parts, id)).actions.map(({ kind }) => kind)),
  );

  expect(kinds.flat().toSorted()).toEqual([
    'jira.transition',
    'jira.transition',
    'jira.update_fields',
    'jira.update_fields',
  ]);
});

test('an escalation cannot be taken back, and it says why', async () => {
  const { code, said } = await office.cli('undo', escalation);

  expect(code).toBe(1);
  expect(said).toContain('escalate cannot be taken back: a person was called');
});

test('each kind that can be taken back has a row', () => {
  const place: Place = { issue: 'WEB-1', other: 'WEB-2', pullRequest: 1, thread: '1.1', word: 'w' };
  const tried = new Set(ROWS.map((row) => row.action(place).kind));
  const reversible = Object.entries(ACTIONS).filter(([, { inverse }]) => inverse.reversible);

  expect([...tried].toSorted()).toEqual(reversible.map(([kind]) => kind).toSorted());
});

test(
  'after all of it the audit holds',
  async () => {
    await office.parts.settled(WITHIN_MS);

    expect(await office.parts.broken()).toEqual([]);
  },
  2 * WITHIN_MS,
);
