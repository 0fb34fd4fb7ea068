/** Requests for approval that go on before they are settled, and those of mirrors that older versions wrote. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MIRROR_MIGRATIONS } from '../../src/audit/migrations.js';
import { createMirror } from '../../src/audit/writer.js';
import { migrate } from '../../src/database/migrate.js';
import { openDatabase } from '../../src/database/open.js';
import type { ApprovalState } from '../../src/domain/approval.js';
import type { PlannedAction } from '../../src/domain/cycle.js';
import type { Judgement } from '../../src/domain/policy.js';
import { storedCourse } from '../../src/domain/request-course.js';
import { storedDeciders } from '../../src/domain/stored-request.js';
import { comment, cycleInput, planned } from '../support/builders.js';
import { quietLog } from '../support/quiet-log.js';
import { openTestMirror, type TestMirror } from './support.js';

const by = { id: 'ana', name: 'Ana', channel: 'slack' } as const;
const AT = '2026-11-23T11:00:00.000Z';
const DEADLINE = '2026-11-24T10:00:00.000Z';

describe('what is noted of a request that still waits', () => {
  let audit: TestMirror;
  let asked: PlannedAction;
  let cycleId: string;

  beforeEach(async () => {
    audit = openTestMirror();
    const cycle = cycleInput();
    cycleId = cycle.cycleId;
    [asked] = (await audit.plan([comment], cycle)) as [PlannedAction];
    await audit.mirror.openApprovals({
      cycleId,
      requests: [{ approvalId: 'ap-1', planned: asked, deadline: DEADLINE }],
      placesOf: () => ({ places: ['C0PAY'], hasLongWords: false }),
    });
  });
  afterEach(() => audit.close());

  function state(changes: Partial<ApprovalState> = {}): ApprovalState {
    const { actionId, hash } = asked;
    const nobody = { decidedBy: null, decidedAt: null, reason: null, note: null };
    return { approvalId: 'ap-1', actionId, hash, status: 'pending', ...nobody, ...changes };
  }

  const note = (
    what: string,
    changes: Partial<ApprovalState>,
    others: Partial<PlannedAction> = {},
    also: string[] = [],
  ) =>
    audit.mirror.noteApproval({
      cycleId,
      state: state(changes),
      planned: { ...asked, ...others },
      deadline: DEADLINE,
      also,
      what,
      by: what === 'reminded' ? null : by,
      data: { of: what },
      key: `ap-1/${what}`,
    });
  const row = () => audit.reader.getApproval('ap-1');
  const audited = () =>
    audit.reader
      .auditOf(cycleId)
      .filter(({ kind }) => kind.startsWith('approval.'))
      .map(({ kind, actor }) => [kind, actor]);

  test('stands in the row and, once, in the audit log, by whom it was', async () => {
    const questions = [{ question: 'Why?', by, at: AT, answer: null }];
    await note('question', { questions });
    await note('question', { questions });
    await note('reminded', { questions, snoozedUntil: AT });

    expect(row()).toMatchObject({
      status: 'pending',
      snoozed_until: AT,
      questions: expect.stringContaining('Why?'),
    });
    expect(audited()).toEqual([
      ['approval.asked', 'agent'],
      ['approval.question', 'slack:ana'],
      ['approval.reminded', 'agent'],
    ]);
  });

  test('of an edit is what would be done now, under its hash; what was proposed first stays known', async () => {
    const edit = (body: string): Pick<PlannedAction, 'action'> => ({
      action: { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body } },
    });
    await note('edited', { hash: 'e1' }, { ...edit('second'), hash: 'e1' });
    await audit.mirror.noteApproval({
      cycleId,
      state: state({ hash: 'e2' }),
      planned: { ...asked, ...edit('third'), hash: 'e2' },
      deadline: DEADLINE,
      also: [],
      what: 'edited',
      by,
      data: {},
      key: 'ap-1/edited/2',
    });

    expect(row()).toMatchObject({ hash: 'e2', payload: expect.stringContaining('third') });
    expect(JSON.parse(row()?.proposed ?? '')).toEqual(comment.payload);
    expect(audit.reader.getAction(asked.actionId)).toMatchObject({ hash: 'e2' });
  });

  test('of an edit is by what that was judged, with how the proposal had been, however often it is edited', async () => {
    const judgement = (to: string, rule: string): Judgement => ({
      question: { action: 'jira.transition', event: 'comment_created', project: 'PAY', to },
      trace: [{ rule, fired: true, why: [] }],
    });
    const proposed = judgement('Blocked', 'moves');
    await audit.mirror.recordPlan({
      cycleId,
      step: { name: 'plan', attempt: 2, startedAt: AT, detail: {} },
      actions: [asked],
      judgements: [{ actionId: asked.actionId, judgement: proposed }],
    });
    const editTo = (to: string, rule: string, judged: Judgement | undefined, key: string) =>
      audit.mirror.noteApproval({
        cycleId,
        state: state({ hash: to }),
        planned: { ...asked, hash: to, rule, policyVersion: 'v2' },
        deadline: DEADLINE,
        also: [],
        what: 'edited',
        by,
        data: judged === undefined ? {} : { judged },
        key,
      });
    const stored = () => JSON.parse(audit.reader.getAction(asked.actionId)?.judged ?? 'null');
    const edited = {
      by: by.name,
      proposed: { rule: asked.rule, policyVersion: asked.policyVersion, judgement: proposed },
    };
    const closing = judgement('Done', 'closing');

    await editTo('Done', 'closing', closing, 'ap-1/1');
    expect(stored()).toMatchObject({ ...closing, edited });
    await editTo('Done', 'closing', closing, 'ap-1/1');
    expect(stored()).toMatchObject({ ...closing, edited });
    await note('counted', { hash: 'Done' });
    expect(stored()).toMatchObject({ ...closing, edited });
    await editTo('Review', 'reviews', judgement('Review', 'reviews'), 'ap-1/2');
    expect(stored()).toMatchObject({ ...judgement('Review', 'reviews'), edited });
    // A worker from before this judged the edit: no trace, rather than that of something else.
    await editTo('Ready', 'moves', undefined, 'ap-1/3');
    expect(stored()).toMatchObject({ trace: [], edited });
    expect(
      audit.reader
        .auditOf(cycleId)
        .flatMap(({ kind, data }) =>
          kind === 'approval.edited' ? [JSON.parse(data ?? '{}').judged ?? null] : [],
        ),
    ).toEqual([closing, judgement('Review', 'reviews'), null]);
  });

  test('of an edit with long words wants all of them in the thread of each card that stands, once for each text', async () => {
    const told = async (what: string, hash: string, hasLongWords: boolean) =>
      audit.mirror.noteApproval({
        cycleId,
        state: state({ hash, needed: 2 }),
        planned: { ...asked, hash },
        deadline: DEADLINE,
        also: [],
        what,
        by,
        data: {},
        key: `ap-1/${hash}`,
        tell: { places: what === 'edited' ? [] : ['U0ANA'], hasLongWords },
      });
    const long = 'e'.repeat(64);
    await told('edited', 'short', false);
    await told('second_approver', 'short', false);
    await told('edited', long, true);
    await told('edited', long, true);
    await told('edited', 'f'.repeat(64), true);

    const due = await audit.mirror.cards.due('2027-01-01T00:00:00.000Z', 100);
    expect(due.filter(({ kind }) => kind === 'words').map(({ id, card_id }) => [id, card_id])).toEqual([
      ['card-ap-1-C0PAY-words-eeeeeeeeeeee', 'card-ap-1-C0PAY'],
      ['card-ap-1-U0ANA-words-eeeeeeeeeeee', 'card-ap-1-U0ANA'],
      ['card-ap-1-C0PAY-words-ffffffffffff', 'card-ap-1-C0PAY'],
      ['card-ap-1-U0ANA-words-ffffffffffff', 'card-ap-1-U0ANA'],
    ]);
  });

  test('that it was shown again: each decision is kept and told, also where the target went back and forth', async () => {
    const drift = [{ member: 'status', was: 'a', is: 'b' }];
    const other = 'b'.repeat(64);
    const decide = async (who: string, hash: string, minute: number) => {
      const settled = state({
        hash,
        status: 'approved',
        decidedBy: { ...by, id: who },
        decidedAt: `2026-11-23T11:0${minute}:00.000Z`,
        ...(minute === 0 ? {} : { drift }),
      });
      await audit.mirror.settleApproval({ cycleId, state: settled, actionStatus: 'approved' });
      await audit.mirror.settleApproval({ cycleId, state: settled, actionStatus: 'approved' });
    };
    const reopen = (hash: string, times: number) =>
      audit.mirror.noteApproval({
        cycleId,
        state: state({ hash, status: 'reopened', drift }),
        planned: { ...asked, hash },
        deadline: DEADLINE,
        also: [],
        what: 'reopened',
        by: null,
        data: {},
        key: `ap-1/${times}`,
      });
    await decide('ana', asked.hash, 0);
    await reopen(other, 1);
    await decide('bo', other, 1);
    await reopen(asked.hash, 2);
    await decide('cem', asked.hash, 2);
    await reopen(other, 3);
    await decide('dan', other, 3);

    expect(audited().filter(([kind]) => kind === 'approval.approved')).toEqual(
      ['ana', 'bo', 'cem', 'dan'].map((who) => ['approval.approved', `slack:${who}`]),
    );
    const due = await audit.mirror.cards.due('2027-01-01T00:00:00.000Z', 100);
    expect(due.filter(({ kind }) => kind === 'decided')).toHaveLength(4);
  });

  test('of further people lets them decide', async () => {
    await note('second_approver', {}, { deciders: ['ana'] }, ['bo']);

    expect(JSON.parse(row()?.deciders ?? '')).toEqual(['ana', 'bo']);
  });

  test('keeps what happens where nobody decides: it is asked once more only once, also after an edit', async () => {
    const rule: Partial<PlannedAction> = {
      waits: { remindAfterMs: 60_000, secondApproverAfterMs: 7_200_000 },
      backups: ['bo'],
      escalation: [
        { afterMs: 3_600_000, deciders: ['cem'] },
        { afterMs: 9_000_000, deciders: [] },
      ],
      onExpiry: 'ask_again',
    };
    const course = () => storedCourse(row()!);
    const before = {
      remindAfterMs: 60_000,
      further: [
        { afterMs: 3_600_000, people: ['cem'] },
        { afterMs: 7_200_000, people: ['bo'] },
      ],
    };
    expect(course()).toEqual({});

    await note('question', {}, rule);
    expect(course()).toEqual({ ...before, onExpiry: 'ask_again' });
    await note('asked_again', {}, rule);
    await note('edited', {}, rule);
    expect(course()).toEqual(before);
    await note('counted', {}, { ...rule, onExpiry: 'escalate' });
    expect(course()).toEqual({ ...before, onExpiry: 'escalate' });
  });

  test('was last shown when there was something else to read, or when it was asked once more', async () => {
    const shownAt = async (what: string, changes: Partial<ApprovalState> = {}) => {
      await note(what, changes);
      return row()?.shown_at ?? null;
    };
    for (const what of ['question', 'answered', 'reminded', 'second_approver', 'edited']) {
      expect([what, await shownAt(what)]).toEqual([what, null]);
    }

    const again = await shownAt('asked_again');
    expect(again).toBe(audit.now());
    expect(await shownAt('counted', { needed: 2 })).toBe(again);
    const reopened = await shownAt('reopened', { status: 'reopened' });
    expect(reopened).toBe(audit.now());
    expect(reopened).not.toBe(again);
  });

  test('that others have to approve too is shown anew by an edit', async () => {
    await note('edited', { needed: 2 });

    expect(row()?.shown_at).toBe(audit.now());
  });

  test('rewrites the card each time, and reminds in its thread', async () => {
    await note('snoozed', { snoozedUntil: AT });
    await note('reminded', {});

    const cards = audit.database
      .prepare('SELECT kind, wanted FROM approval_cards ORDER BY created_at, id')
      .all();
    expect(cards).toEqual([
      { kind: 'card', wanted: 3 },
      { kind: 'reminder', wanted: 1 },
    ]);
  });

  test('changes nothing once somebody settled it', async () => {
    await audit.mirror.settleApproval({
      cycleId,
      state: state({ status: 'rejected', decidedBy: by, decidedAt: AT }),
      actionStatus: 'rejected',
    });
    const before = row();
    await note('edited', { hash: 'late' }, { hash: 'late' });

    expect(row()).toEqual(before);
    expect(audited().map(([kind]) => kind)).not.toContain('approval.edited');
  });
});

test('requests and cards of a version before several approvers are kept whole, and go on (migration 12)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'requests-'));
  const file = join(folder, 'pm-agent.db');
  const database = openDatabase(file, { busyTimeoutMs: 1_000, log: quietLog });
  const before = MIRROR_MIGRATIONS.filter(({ id }) => id < 12);
  migrate(database, before, { log: quietLog });
  const cycle = cycleInput();
  const action = planned(cycle.cycleId, 1, comment);
  database.exec(`
    INSERT INTO cycles (id, event_id, source, event_type, subject, project, status, summary, lane, fence, received_at, started_at, run_id)
      VALUES ('${cycle.cycleId}', 'e', 'jira', 'comment_created', 'jira:PAY-1', 'PAY', 'awaiting_approval', 's', 'parked', 1, 't', 't', 'r');
    INSERT INTO actions (id, cycle_id, seq, kind, target, payload, hash, verdict, rule, policy_version, risk, status, proposed_at)
      VALUES ('${action.actionId}', '${cycle.cycleId}', 1, 'jira.comment', 'jira:PAY-1', '{}', 'h', 'ask', 'leads', 'p', 'G2', 'awaiting_approval', 't');
    INSERT INTO approvals (id, cycle_id, action_id, kind, target, payload, hash, risk, rule, approvers, status, deadline, asked_at)
      VALUES ('ap-1', '${cycle.cycleId}', '${action.actionId}', 'jira.comment', 'jira:PAY-1', '{}', 'h', 'G2', 'leads', '{"roles":["lead"]}', 'pending', '${DEADLINE}', 't');
    INSERT INTO approval_cards (id, approval_id, kind, card_id, place, channel, ts, wanted, shown, next_at, created_at)
      VALUES ('card-1', 'ap-1', 'card', NULL, 'C0PAY', 'C0PAY', '1.1', 2, 2, 't', 't'),
             ('a-reply', 'ap-1', 'words', 'card-1', 'C0PAY', 'C0PAY', '1.2', 1, 1, 't', 't');
  `);

  migrate(database, MIRROR_MIGRATIONS, { log: quietLog });
  const mirror = createMirror({ database, file, clock: () => new Date(AT) });
  const content = await mirror.cards.content('ap-1');
  const ana = { id: 'ana', name: 'Ana', jira: null, bitbucket: null, slack: null, roles: ['lead'] };

  expect(content?.approval).toMatchObject({
    status: 'pending',
    needed: 1,
    given: '[]',
    questions: '[]',
    drift: '[]',
    not_by: '[]',
    deciders: null,
    snoozed_until: null,
  });
  expect(storedCourse(content!.approval)).toEqual({});
  expect(storedDeciders(content!.approval, [ana])).toEqual(['ana']);
  expect(database.pragma('foreign_key_check')).toEqual([]);
  expect(database.prepare('SELECT id, card_id, ts, shown FROM approval_cards ORDER BY ts').all()).toEqual([
    { id: 'card-1', card_id: null, ts: '1.1', shown: 2 },
    { id: 'a-reply', card_id: 'card-1', ts: '1.2', shown: 1 },
  ]);
  await mirror.settleApproval({
    cycleId: cycle.cycleId,
    state: {
      approvalId: 'ap-1',
      actionId: action.actionId,
      hash: 'h',
      status: 'approved',
      decidedBy: by,
      decidedAt: AT,
      reason: null,
      note: null,
    },
    actionStatus: 'approved',
  });
  expect((await mirror.cards.due('2026-12-01T00:00:00.000Z', 10)).map(({ kind }) => kind).toSorted()).toEqual(
    ['card', 'decided'],
  );
  await mirror.close();
  rmSync(folder, { recursive: true, force: true });
});
