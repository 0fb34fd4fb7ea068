/** Cards over the simulated Slack: told once, rewritten as things go on, and again after whatever went wrong. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Drift } from '../../src/domain/actions/standing.js';
import type { Decider } from '../../src/domain/approval.js';
import { eventually } from '../support/eventually.js';
import { ANA, type Asked, type CardWorld, type SlackMessage, startCardWorld } from './support.js';

const BY_ANA: Decider = { id: ANA.id, name: ANA.name, channel: 'slack' };

let world: CardWorld;

beforeEach(async () => {
  world = await startCardWorld();
});
afterEach(() => world.close());

const cards = (messages: readonly SlackMessage[]) => messages.filter(({ threadTs }) => threadTs === null);
const replies = (messages: readonly SlackMessage[]) => messages.filter(({ threadTs }) => threadTs !== null);

function hasButtons({ blocks }: SlackMessage): boolean {
  return blocks?.some(({ type }) => type === 'actions') === true;
}

/** The one card, when this holds for it. */
function card(check: (message: SlackMessage) => void = () => undefined): Promise<SlackMessage> {
  return eventually(async () => {
    const all = cards(await world.posted());
    expect(all).toHaveLength(1);
    check(all[0]!);
    return all[0]!;
  });
}

const waiting = () => card((message) => expect(message.text).toMatch(/^Approval wanted/));
const told = (headline: RegExp) => card((message) => expect(message.text).toMatch(headline));

/** What was approved stands differently than it was shown. */
async function reopen(asked: Asked, drift: readonly Drift[]): Promise<void> {
  const { approvalId, cycleId, planned } = asked;
  const { actionId, hash } = planned;
  const nobody = { decidedBy: null, decidedAt: null, reason: null, note: null };
  await world.settle(asked, 'approved', BY_ANA);
  await world.mirror.noteApproval({
    cycleId,
    planned,
    deadline: '2126-11-24T10:00:00.000Z',
    state: { approvalId, actionId, hash, status: 'reopened', ...nobody, drift },
    also: [],
    what: 'reopened',
    by: null,
    data: {},
    key: `${approvalId}/1`,
  });
}

async function row(asked: Asked) {
  return world.reader.cardsOf(asked.approvalId)[0];
}

describe('a request', () => {
  test('is posted once, in the words of people', async () => {
    world.start();
    await world.ask();

    const { channel, blocks } = await waiting();

    const text = JSON.stringify(blocks);
    expect(channel).toBe('C0PAY');
    for (const words of [
      'Move PAY-1 to In Review',
      'PAY-1 Checkout fails on Safari',
      'Comment created by Ana Lindqvist',
      'Status: In Progress → In Review',
      'Ana asked for it.',
      'It is reviewed.',
    ]) {
      expect(text).toContain(words);
    }
    expect(await world.calls('chat.postMessage')).toBe(1);
  });

  test.each([
    [
      { kind: 'jira.assign', payload: { issueKey: 'PAY-1', accountId: '712020:ana' } },
      'Assign PAY-1 to Ana Lindqvist',
      'Assignee: Bo of Jira (not in pm-agent.yaml) → Ana Lindqvist',
    ],
    [
      {
        kind: 'jira.transition',
        payload: { issueKey: 'PAY-1', toStatus: 'Done', resolution: 'Fixed', assignee: '712020:ana' },
      },
      'Move PAY-1 to Done (resolution Fixed, assigned to Ana Lindqvist)',
      'Status: In Progress → Done; Assignee: Bo of Jira (not in pm-agent.yaml) → Ana Lindqvist; Resolution: Fixed',
    ],
  ] as const)('names people and no account ids: %j', async (action, what, change) => {
    world.start();
    await world.ask({ action });

    const { blocks } = await waiting();

    const text = JSON.stringify(blocks);
    expect(text).toContain(`Approval wanted: ${what}"`);
    expect(text).toContain(`"${change}"`);
    expect(text).not.toContain('712020:');
  });

  test('shows what changed since an approval against how it stands now, not against how it stood when it was planned', async () => {
    world.start();
    const { approvalId, cycleId, planned: before } = await world.ask();
    const contextHash = await world.mirror.putBlob(
      'context',
      JSON.stringify({
        facts: { issue: { key: 'PAY-1', status: 'Blocked', people: [] } },
        items: [],
        omitted: [],
      }),
    );
    const drift = [{ member: 'status', was: 'In Progress', is: 'Blocked' }];

    await world.mirror.noteApproval({
      cycleId,
      planned: before,
      deadline: '2026-11-25T10:00:00.000Z',
      also: [],
      state: {
        approvalId,
        actionId: before.actionId,
        hash: before.hash,
        status: 'reopened',
        decidedBy: null,
        decidedAt: null,
        reason: null,
        note: null,
        drift,
      },
      what: 'reopened',
      by: null,
      data: { drift, contextHash },
      key: `${approvalId}/1`,
    });

    await eventually(async () => {
      expect(JSON.stringify(await world.posted())).toContain('Status: Blocked → In Review');
    });
  });

  test('says on its card what happens where nobody decides in time', async () => {
    world.start();
    await world.ask({ planned: { onExpiry: 'escalate' } });

    const { blocks } = await waiting();

    expect(JSON.stringify(blocks)).toContain('nothing is sent, and the team’s lead is told.');
  });

  test('that was asked while no worker ran is posted when one is back', async () => {
    await world.ask();

    world.start();

    await waiting();
  });

  test('is shown directly to each approver where it has no channel', async () => {
    world.start();
    await world.ask({ places: ['U0ANA', 'U0BO'] });

    await eventually(async () => {
      expect((await world.posted()).map(({ channel }) => channel).sort()).toEqual(['D0ANA', 'D0BO']);
    });
  });

  test('nowhere is posted nowhere', async () => {
    await world.ask({ places: [] });

    expect(await world.mirror.cards.nextAt()).toBeNull();
  });

  test('with long words has all of them in its thread', async () => {
    const body = `${'long '.repeat(1_000)}end`;
    world.start();
    await world.ask({
      action: { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body } },
      hasLongWords: true,
    });

    const [reply] = await eventually(async () => {
      const found = replies(await world.posted());
      expect(found).toHaveLength(1);
      return found;
    });

    const quoted = reply?.blocks?.map((block) => block.elements[0].elements[0].text).join('');
    expect(quoted).toBe(body);
    expect(JSON.stringify((await waiting()).blocks)).toContain('all of it stands in the thread');
  });

  test('that changed much has all of it in the thread, in a direct message, too, and else not one word more', async () => {
    const [was, is] = [`${'Same. '.repeat(60)}Friday.`, `${'Same. '.repeat(60)}${'Monday. '.repeat(40)}`];
    world.start();
    const much = await world.ask({ places: ['U0ANA'] });
    await waiting();
    await reopen(much, [{ member: 'description', was, is }]);

    const [reply] = await eventually(async () => {
      const found = replies(await world.posted());
      expect(found).toHaveLength(1);
      return found;
    });
    const little = await world.ask({ places: ['U0BO'] });
    await eventually(async () => expect((await row(little))?.ts).toEqual(expect.any(String)));
    await reopen(little, [{ member: 'status', was: 'To Do', is: 'Done' }]);
    await eventually(async () => expect((await row(little))?.shown).toBe(3));
    await eventually(async () => expect(await world.mirror.cards.due('9999', 10)).toEqual([]));

    const quoted = reply?.blocks?.slice(1).map((block) => block.elements[0].elements[0].text);
    expect(quoted?.join('')).toBe(`The description was:\n${was}\n\nThe description is now:\n${is}`);
    expect(replies(await world.posted())).toHaveLength(1);
  });

  test('is audited as posted', async () => {
    world.start();
    const asked = await world.ask();
    const { ts } = await waiting();

    const entry = await eventually(async () => {
      const found = world.reader.auditOf(asked.cycleId).find(({ kind }) => kind === 'approval.card_posted');
      expect(found).toBeDefined();
      return found;
    });
    expect(JSON.parse(entry?.data ?? '{}')).toEqual({ approvalId: asked.approvalId, channel: 'C0PAY', ts });
  });
});

describe('after a decision', () => {
  test.each([
    ['approved', BY_ANA, 'Approved: Move PAY-1', 'by Ana Lindqvist in Slack'],
    ['approved', { id: 'ops', name: 'ops', channel: 'api' }, 'Approved: Move PAY-1', 'by ops over the API'],
    ['rejected', { id: 'ops', name: 'ops', channel: 'cli' }, 'Rejected: Move PAY-1', 'on the command line'],
    [
      'approved',
      { id: 'x', name: 'x', channel: 'temporal' },
      'Approved: Move PAY-1',
      'claimed and not proved',
    ],
    ['expired', null, 'Expired: Move PAY-1', 'nobody decided in time, nothing was sent'],
    ['superseded', null, 'No longer asked: Move PAY-1', 'nothing was sent'],
  ] as const)(
    '(%s by %j) the same message tells it, without buttons',
    async (status, by, headline, words) => {
      world.start();
      const asked = await world.ask();
      const before = await waiting();

      await world.settle(asked, status, by);

      const after = await told(new RegExp(`^${headline}`));
      expect(after.ts).toBe(before.ts);
      expect(hasButtons(before)).toBe(true);
      expect(hasButtons(after)).toBe(false);
      expect(JSON.stringify(after.blocks)).toContain(words);
    },
  );

  test('reason, note and effect stand on the card, and the thread keeps the order', async () => {
    world.start();
    const asked = await world.ask();
    await waiting();
    await world.settle(asked, 'approved', BY_ANA, { note: 'before Friday' });
    await told(/^Approved/);
    await world.result(asked, {
      status: 'executed',
      remoteId: '31',
      message: 'Move PAY-1 to In Review: done',
    });

    const { ts } = await card(({ blocks }) => expect(JSON.stringify(blocks)).toContain('*Done*: Move PAY-1'));
    const thread = await eventually(async () => {
      const found = replies(await world.posted());
      expect(found).toHaveLength(2);
      return found;
    });

    expect(thread.map(({ threadTs }) => threadTs)).toEqual([ts, ts]);
    expect(thread[0]?.text).toContain('Note: before Friday');
    expect(thread[1]?.text).toBe('*Done*: Move PAY-1 to In Review: done');
  });

  test('every card of a request is rewritten; a direct message has no thread', async () => {
    world.start();
    const asked = await world.ask({ places: ['U0ANA', 'U0BO'] });
    await eventually(async () => expect(await world.posted()).toHaveLength(2));

    await world.settle(asked, 'rejected', BY_ANA);

    await eventually(async () => {
      const all = await world.posted();
      expect(all.map(({ text }) => text.split(':')[0])).toEqual(['Rejected', 'Rejected']);
    });
  });

  test('that came before the card was posted nothing is posted', async () => {
    const asked = await world.ask();
    await world.settle(asked, 'approved', BY_ANA);
    world.start();

    await eventually(async () => expect((await row(asked))?.ended).toBe('decided before it was posted'));
    await eventually(async () => expect(await world.mirror.cards.nextAt()).toBeNull());
    expect(await world.posted()).toEqual([]);
  });

  test('of a cycle that could not say that it ended, the buttons go', async () => {
    world.start();
    const asked = await world.ask();
    await waiting();
    await world.stop();
    world.lost.set(asked.cycleId, 'the workflow was terminated');

    world.start();

    expect(hasButtons(await told(/^No longer asked/))).toBe(false);
    expect(world.reader.getApproval(asked.approvalId)).toMatchObject({
      status: 'superseded',
      reason: 'the workflow was terminated',
    });
    expect(world.reader.getAction(asked.planned.actionId)?.status).toBe('obsolete');
  });
});

test.each([
  ['10 minutes', 600_000],
  ['an hour', 3_600_000],
])(
  'a request and its decision are shown at once where the clock was set back by %s meanwhile (F35)',
  async (_name, by) => {
    const asked = await world.ask();
    world.move(-by);

    world.start();
    await waiting();
    world.move(by);
    await world.settle(asked, 'approved', BY_ANA);
    world.move(-by);

    await told(/^Approved/);
  },
);

test('a card that was put off is tried again also where the clock was set back by an hour meanwhile (F35)', async () => {
  await world.fault({ match: 'chat.postMessage', kind: 'status', status: 503 });
  world.start();
  const asked = await world.ask();
  await eventually(async () => expect((await row(asked))?.error).toContain('503'));
  const sentAt = String((await row(asked))?.sent_at);

  world.move(-3_600_000);

  // Slack may still carry out the first post: the wait begins anew, by the new time.
  await eventually(async () => expect(String((await row(asked))?.sent_at) < sentAt).toBe(true));
  world.move(46_000);
  await waiting();
  expect(await world.calls('chat.postMessage')).toBe(2);
});

describe('when Slack', () => {
  test('refuses at first, the card comes later and the failure is recorded once', async () => {
    await world.fault({ match: 'chat.postMessage', kind: 'status', status: 503 });
    world.start();
    const asked = await world.ask();

    await eventually(async () => expect((await row(asked))?.error).toContain('503'));
    world.move(60_000);
    await waiting();

    const kinds = world.reader.auditOf(asked.cycleId).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'approval.card_failed')).toHaveLength(1);
  });

  test('is told to wait, nobody is asked meanwhile', async () => {
    await world.fault({
      match: 'chat.postMessage',
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '1' },
    });
    world.start();
    await world.ask();
    await world.ask();

    await eventually(async () => expect(cards(await world.posted())).toHaveLength(2));

    expect(await world.calls('chat.postMessage')).toBe(3);
  });

  test('limits one channel, the others are told all the same, and that one is left alone', async () => {
    await world.fault({
      match: 'chat.postMessage',
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '60' },
    });
    const limited = [await world.ask(), await world.ask()];
    const other = await world.ask({ places: ['C0WEB'] });
    world.start();

    await eventually(async () => expect((await row(other))?.ts).toEqual(expect.any(String)));
    await eventually(async () => {
      for (const asked of limited) {
        expect((await row(asked))?.error).toEqual(expect.any(String));
      }
    });

    await waiting();
    expect(await world.calls('chat.postMessage')).toBe(2);
    expect(await Promise.all(limited.map(async (asked) => (await row(asked))?.ts))).toEqual([null, null]);
  });

  test('posted but its answer was lost, the message is found and not repeated', async () => {
    await world.fault({ match: 'chat.postMessage', kind: 'cut_after' });
    world.start();
    const asked = await world.ask();

    await eventually(async () => expect((await row(asked))?.ts).toEqual(expect.any(String)));

    await waiting();
    expect(await world.calls('chat.postMessage')).toBe(1);
  });

  test('shows what it took only later, it is not repeated either', async () => {
    await world.fault({ match: 'chat.postMessage', kind: 'hide_markers', ms: 1_500 });
    await world.fault({ match: 'chat.postMessage', kind: 'cut_after' });
    world.start();
    const asked = await world.ask();
    await eventually(async () => expect(await world.calls('conversations.history')).toBeGreaterThan(0));
    await eventually(async () => expect(cards(await world.posted())).toHaveLength(1));
    world.move(45_000);

    await eventually(async () => expect((await row(asked))?.ts).toEqual(expect.any(String)));

    expect(await world.calls('chat.postMessage')).toBe(1);
  });

  test('cut the call before it was applied, the card is posted after the wait, once', async () => {
    await world.fault({ match: 'chat.postMessage', kind: 'cut_before' });
    world.start();
    await world.ask();
    await eventually(async () => expect(await world.calls('conversations.history')).toBeGreaterThan(0));
    expect(await world.posted()).toEqual([]);

    world.move(46_000);

    await waiting();
    expect(await world.calls('chat.postMessage')).toBe(2);
  });

  test('is not reachable at all while the request is decided, nothing is lost and nothing waits', async () => {
    const asked = await world.ask();
    await world.fault({ match: 'chat', kind: 'status', status: 500, times: 1_000 });
    world.start();
    await eventually(async () => expect((await row(asked))?.attempts).toBeGreaterThan(0));

    await world.settle(asked, 'approved', BY_ANA);

    expect(world.reader.getApproval(asked.approvalId)?.status).toBe('approved');
  });

  test('rewrites only at the second try, the decision shows all the same', async () => {
    world.start();
    const asked = await world.ask();
    await waiting();
    await world.fault({ match: 'chat.update', kind: 'status', status: 503 });

    await world.settle(asked, 'rejected', BY_ANA);

    await told(/^Rejected/);
  });

  test('no longer has the message, nothing is tried any more', async () => {
    world.start();
    const asked = await world.ask();
    const { channel, ts } = await waiting();
    await world.sandbox.post('/slack/chat.delete', { channel, ts });

    await world.settle(asked, 'approved', BY_ANA);

    await eventually(async () => expect((await row(asked))?.ended).toContain('message_not_found'));
  });

  test('does not know the channel, that is recorded until nobody waits any more', async () => {
    world.start();
    const asked = await world.ask({ places: ['C0NONE'] });

    await eventually(async () => expect((await row(asked))?.error).toContain('channel_not_found'));
    await world.settle(asked, 'approved', BY_ANA);
    world.move(15 * 60_000);

    await eventually(async () => expect((await row(asked))?.ended).toBe('decided before it was posted'));
  });
});

test('a worker that died between noting and posting posts once; one that died after it, not again', async () => {
  const asked = await world.ask();
  const id = `card-${asked.approvalId}-C0PAY`;
  await world.mirror.cards.sending(id);
  world.start();
  await eventually(async () => expect(await world.calls('conversations.history')).toBeGreaterThan(0));
  expect(await world.posted()).toEqual([]);
  world.move(46_000);
  const { ts } = await waiting();
  await world.stop();
  // As if it had died before it could note what was posted.
  await world.mirror.cards.sending(id);

  world.start();
  await world.settle(asked, 'approved', BY_ANA);

  expect((await told(/^Approved/)).ts).toBe(ts);
});

test('while the agent is paused no card is told, and each comes once it is not', async () => {
  world.setPaused(true);
  world.start();
  await world.ask();
  await world.ask();
  await sleep(300);
  expect(await world.posted()).toEqual([]);

  world.setPaused(false);
  await world.stop();
  world.start();

  await eventually(async () => expect(cards(await world.posted())).toHaveLength(2));
  expect(await world.calls('chat.postMessage')).toBe(2);
});

test('a pause in the middle of a round stops what is left of it', async () => {
  let looks = 0;
  await world.ask();
  await world.ask();
  // Before the round, and before each card.
  world.setPaused(() => (looks += 1) > 2);
  world.start();

  await eventually(async () => expect(looks).toBeGreaterThan(2));

  expect(await world.calls('chat.postMessage')).toBe(1);
});
