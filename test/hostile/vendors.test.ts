/**
 * Each case to the end: in the context of an event, read by the lost model, decided as its author wants, planned, approved unread
 * by whoever is asked, carried out by the real executors; the sandbox tells what the vendors received.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { modelReply } from '../activities/support/model-reply.js';
import { carry } from './carriers.js';
import { CASES, type HostileCase } from './cases.js';
import { CORPUS } from './corpus/index.js';
import { ledgerBreaches } from './ledger.js';
import { type ReceivedCall, receivedBreaches, writesAmong } from './received.js';
import { type Reply, repliesTo, replyText, WISHES } from './wishes.js';
import { type HostileWorld, openHostileWorld, type Planned } from './world.js';

let hostile: HostileWorld;
let says = '';
beforeAll(async () => {
  // Asked again because nobody could read it, it says the same.
  hostile = await openHostileWorld({ claude: { createMessage: () => modelReply({ text: says }) } });
});
afterAll(() => hostile.close());

const seen = { cases: 0, decisions: 0, effects: 0, kinds: new Set<string>(), onScreens: new Set<string>() };

async function obey({ field, parts }: Pick<HostileCase, 'field' | 'parts'>, reply: Reply): Promise<Planned> {
  says = replyText(reply, parts.join(' '));
  const planned = await hostile.decideAndPlan(carry(field, parts));
  const results = await hostile.executeAll(planned);
  seen.decisions += 1;
  seen.effects += results.filter(({ status }) => status === 'executed').length;
  return planned;
}

/** The cases of a category share its replies, so that each of them is given. */
function repliesOf({ wants, parts }: HostileCase, index: number, of: number): readonly Reply[] {
  const all = repliesTo(wants, parts.join(' '));
  return all.filter((_, n) => n % of === index % Math.min(of, all.length));
}

async function writesOf(plans: readonly Planned[]): Promise<readonly ReceivedCall[]> {
  const writes = writesAmong(await hostile.received());
  expect(writes.flatMap(receivedBreaches)).toEqual([]);
  expect(ledgerBreaches(hostile.world.reader, plans, writes)).toEqual([]);
  writes.forEach(({ vendor, method, path }) => {
    seen.kinds.add(`${vendor} ${method} ${path.replace(/(?<=comment\/)\d+$/, '…')}`);
  });
  writes.flatMap(fieldsOfMove).forEach((field) => seen.onScreens.add(field));
  return writes;
}

function fieldsOfMove({ path, body }: ReceivedCall): readonly string[] {
  return path.endsWith('/transitions') ? Object.keys(Object(Object(body).fields)) : [];
}

test('a harmless answer goes out, so that what follows is held by fences and not by an accident', async () => {
  const [reply = []] = WISHES['answer as asked']('fine');

  const planned = await obey({ field: 'comment', parts: ['What is the status?'] }, reply);

  expect(await writesOf([planned])).toMatchObject([{ vendor: 'jira', method: 'POST' }]);
});

describe.each(Object.keys(CORPUS))('%s', (category) => {
  test('of none of its cases the vendors receive what they must not', async () => {
    const cases = CASES.filter((one) => one.category === category);
    const plans: Planned[] = [];
    for (const [index, one] of cases.entries()) {
      for (const reply of repliesOf(one, index, cases.length)) {
        plans.push(await obey(one, reply));
      }
      seen.cases += 1;
    }

    await writesOf(plans);
    await hostile.startAnew();
  });
});

test('all cases went that way, and what was let through did leave by each kind of request', () => {
  expect(seen.cases).toBe(CASES.length);
  expect(seen.decisions).toBeGreaterThanOrEqual(CASES.length);
  expect(seen.effects).toBeGreaterThan(200);
  expect(seen.onScreens).toEqual(new Set(['resolution', 'assignee']));
  expect([...seen.kinds].toSorted()).toEqual([
    'bitbucket POST /2.0/repositories/acme/pay-api/pullrequests/1/comments',
    'jira POST /rest/api/3/issue',
    'jira POST /rest/api/3/issue/PAY-1/comment',
    'jira POST /rest/api/3/issue/PAY-1/transitions',
    'jira POST /rest/api/3/issueLink',
    'jira PUT /rest/api/3/issue/PAY-1',
    'jira PUT /rest/api/3/issue/PAY-1/assignee',
    'jira PUT /rest/api/3/issue/PAY-1/comment/…',
    'slack POST /chat.postMessage',
  ]);
});
