/** What came about by the clock alone is told when its team works, by the clock of whoever tells it. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ApprovalState } from '../../src/domain/approval.js';
import type { PlannedAction } from '../../src/domain/cycle.js';
import type { WorkCalendar } from '../../src/domain/work-calendar.js';
import { comment, cycleInput } from '../support/builders.js';
import { berlin } from '../support/calendars.js';
import { openTestMirror, type TestMirror } from './support.js';

/** A Monday, at three in the afternoon in Berlin. */
const BY_DAY = '2026-11-30T14:00:00.000Z';
const AT_NIGHT = '2026-11-30T19:00:00.000Z';
const MORNING = '2026-12-01T08:00:00.000Z';
const CARD = 'card-ap-1-C0PAY';

let audit: TestMirror;
let asked: PlannedAction;
let cycleId: string;

beforeEach(async () => {
  audit = openTestMirror();
  moveTo(BY_DAY);
  await ask({ calendar: berlin });
});
afterEach(() => audit.close());

function moveTo(moment: string): void {
  audit.time = Date.parse(moment);
}

async function ask(overrides: Partial<PlannedAction>): Promise<void> {
  const cycle = cycleInput();
  cycleId = cycle.cycleId;
  const [plan] = await audit.plan([comment], cycle);
  asked = { ...(plan as PlannedAction), ...overrides };
  await audit.mirror.openApprovals({
    cycleId,
    requests: [{ approvalId: 'ap-1', planned: asked, deadline: '2026-12-02T10:00:00.000Z' }],
    placesOf: () => ({ places: ['C0PAY'], hasLongWords: false }),
  });
  await told(CARD);
}

/** As the card loop notes it. */
async function told(id: string): Promise<void> {
  const version = (await audit.mirror.cards.get(id))?.wanted ?? 0;
  await audit.mirror.cards.shown(id, { channel: 'C0PAY', ts: `1.${id.length}`, version });
}

function state(changes: Partial<ApprovalState> = {}): ApprovalState {
  const { actionId, hash } = asked;
  const nobody = { decidedBy: null, decidedAt: null, reason: null, note: null };
  return { approvalId: 'ap-1', actionId, hash, status: 'pending', ...nobody, ...changes };
}

let notes = 0;
function note(what: string, places: readonly string[] = [], hasLongWords = false): Promise<void> {
  notes += 1;
  return audit.mirror.noteApproval({
    cycleId,
    state: state(),
    planned: asked,
    deadline: '2026-12-02T10:00:00.000Z',
    also: [],
    what,
    by: null,
    data: {},
    key: `ap-1/n${notes}`,
    tell: { places, hasLongWords },
  });
}

function expire(): Promise<void> {
  const settled = state({ status: 'expired', decidedAt: AT_NIGHT, reason: 'nobody decided in time' });
  return audit.mirror.settleApproval({ cycleId, state: settled, actionStatus: 'expired' });
}

/** What may be told a second after that moment, but for rewriting the card in the channel. */
async function due(moment: string): Promise<readonly string[]> {
  const at = new Date(Date.parse(moment) + 1_000).toISOString();
  const rows = await audit.mirror.cards.due(at, 100);
  return rows.flatMap(({ id, kind, place }) => (id === CARD ? [] : [`${kind} in ${place}`]));
}

const reminders = () =>
  audit.database.prepare("SELECT id, ended FROM approval_cards WHERE kind = 'reminder'").all() as {
    id: string;
    ended: string | null;
  }[];

describe('at night', () => {
  beforeEach(() => moveTo(AT_NIGHT));

  test.each([
    ['a reminder', () => note('reminded'), ['reminder in C0PAY']],
    [
      'who may decide too, with all of the words',
      () => note('second_approver', ['U0BO'], true),
      ['card in U0BO', 'reminder in C0PAY', 'words in U0BO'],
    ],
    [
      'that it is asked once more',
      () => note('asked_again', ['U0BO']),
      ['card in U0BO', 'reminder in C0PAY'],
    ],
    ['that it expired', expire, ['decided in C0PAY']],
  ])('%s waits for the morning', async (_what, happens, wanted) => {
    await happens();

    expect(await due(AT_NIGHT)).toEqual([]);
    expect(await due('2026-12-01T07:59:58.999Z')).toEqual([]);
    expect((await due(MORNING)).toSorted()).toEqual(wanted);
  });

  test('the card that stands in the channel is rewritten at once, and nothing else is looked for until the morning', async () => {
    await note('second_approver', ['U0BO']);

    expect((await audit.mirror.cards.due(audit.now(), 100)).map(({ id }) => id)).toEqual([CARD]);
    await told(CARD);
    expect(await audit.mirror.cards.nextAt()).toBeNull();
    moveTo(MORNING);
    expect(await audit.mirror.cards.nextAt()).not.toBeNull();
  });

  test('the audit log says from when on people are told', async () => {
    await note('reminded');

    const [entry] = audit.reader.auditOf(cycleId).filter(({ kind }) => kind === 'approval.reminded');
    expect(JSON.parse(entry?.data ?? '')).toMatchObject({ toldFrom: MORNING });
  });

  test('what a person did is told at once', async () => {
    await note('reopened');
    expect(await due(AT_NIGHT)).toEqual(['changed in C0PAY']);
  });

  test('the words of an edit wait with the card that they belong to', async () => {
    await note('second_approver', ['U0BO']);
    await note('edited', [], true);

    expect(await due(AT_NIGHT)).toEqual(['words in C0PAY']);
    expect(await due(MORNING)).toContain('words in U0BO');
  });

  test('nothing waits where the team has no calendar', async () => {
    asked = { ...asked };
    delete (asked as { calendar?: WorkCalendar }).calendar;
    await note('second_approver', ['U0BO']);

    expect((await due(AT_NIGHT)).toSorted()).toEqual(['card in U0BO', 'reminder in C0PAY']);
  });
});

test('what was wished for by day and could not be told until the night waits too', async () => {
  await note('reminded');

  expect(await due(BY_DAY)).toEqual(['reminder in C0PAY']);
  expect(await due(AT_NIGHT)).toEqual([]);
  expect(await due(MORNING)).toEqual(['reminder in C0PAY']);
});

describe('one reminder is enough', () => {
  test('for all that came together in the night', async () => {
    moveTo(AT_NIGHT);
    await note('reminded');
    await note('asked_again');
    moveTo(MORNING);
    await note('reminded');

    expect(reminders()).toHaveLength(1);
  });

  test('where the one of the morning comes when the one of the night was just told', async () => {
    moveTo(AT_NIGHT);
    await note('reminded');
    moveTo(MORNING);
    await told(reminders()[0]?.id ?? '');
    await note('reminded');
    expect(reminders()).toHaveLength(1);

    moveTo('2026-12-01T09:00:00.000Z');
    await note('reminded');
    expect(reminders()).toHaveLength(2);
  });

  test('and the card itself reminds whoever gets it in that morning', async () => {
    moveTo(AT_NIGHT);
    await note('second_approver', ['U0BO']);
    moveTo(MORNING);
    await note('reminded');
    await told('card-ap-1-U0BO');
    await note('reminded');

    expect(reminders().map(({ id }) => id.split('-reminder-')[0])).toEqual([CARD]);
    moveTo('2026-12-01T09:00:00.000Z');
    await note('reminded');
    expect(reminders().map(({ id }) => id.split('-reminder-')[0])).toContain('card-ap-1-U0BO');
  });

  test('by day each of them is told', async () => {
    await note('reminded');
    await told(reminders()[0]?.id ?? '');
    moveTo('2026-11-30T14:01:00.000Z');
    await note('reminded');

    expect(reminders()).toHaveLength(2);
  });
});

test('whoever puts it off at night is not reminded in the morning; further people are asked all the same', async () => {
  moveTo(AT_NIGHT);
  await note('second_approver', ['U0BO']);
  await note('snoozed');

  expect(reminders()).toMatchObject([{ ended: 'it was put off' }]);
  expect(await due(MORNING)).toEqual(['card in U0BO']);
});
