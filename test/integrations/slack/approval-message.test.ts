/** Cards as Block Kit: what stands on them, that nobody's words are markup, and that they fit Slack's limits. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  APPROVE_BUTTON,
  ASK_BUTTON,
  EDIT_BUTTON,
  fromButtonValue,
  OPEN_BUTTON,
  REJECT_BUTTON,
  SNOOZE_BUTTON,
  TAKE_OVER_BUTTON,
  toButtonValue,
} from '../../../src/integrations/slack/approval-button.js';
import type { ApprovalCard } from '../../../src/integrations/slack/approval-card.js';
import { askForm, editForm, rejectForm, snoozeForm } from '../../../src/integrations/slack/approval-forms.js';
import { approvalMessage } from '../../../src/integrations/slack/approval-message.js';
import { approvalReply, REPLY_KINDS } from '../../../src/integrations/slack/approval-replies.js';
import { areMessageBlocks, isModal } from '../../../src/sandbox/slack/block-rules.js';

const APPROVAL_ID = 'a'.repeat(32);
const HASH = `abcdef12${'0'.repeat(56)}`;

function card(overrides: Partial<ApprovalCard> = {}): ApprovalCard {
  return {
    approvalId: APPROVAL_ID,
    hash: HASH,
    what: 'Comment on PAY-1',
    words: 'It is **done**.',
    proposed: null,
    change: null,
    title: 'PAY-1 Checkout fails',
    trigger: 'Comment created by Vera Visitor',
    why: ['Vera asked for the status.'],
    flagged: [],
    risk: 'G2',
    raisedBy: null,
    rule: 'default',
    nothingSent: null,
    deciders: null,
    notBy: [],
    needed: 1,
    given: [],
    drift: null,
    wholeDrift: null,
    questions: [],
    snoozedUntil: null,
    deadline: '2026-11-24T10:00:00.000Z',
    onExpiry: 'drop',
    cycleId: 'cycle-jira-1',
    cycleUrl: 'https://pm.example/c/1',
    settled: null,
    effect: { status: 'awaiting_approval', message: '' },
    ...overrides,
  };
}

const approved = {
  status: 'approved',
  by: { name: 'Ana Lindqvist', channel: 'slack' },
  at: '2026-11-23T14:02:00.000Z',
  reason: null,
  note: null,
} as const;

function shown(given: ApprovalCard): string {
  return JSON.stringify(approvalMessage(given).blocks);
}

function buttonsOf(given: ApprovalCard): any[] {
  return approvalMessage(given).blocks.flatMap((block: any) =>
    block.type === 'actions' ? block.elements : [],
  );
}

/** Every text that Slack would parse. */
function parsedTexts(blocks: readonly unknown[]): string[] {
  const texts: string[] = [];
  JSON.stringify(blocks, (_key, value) => {
    if (value?.type === 'mrkdwn') texts.push(value.text);
    return value;
  });
  return texts;
}

describe('a card that waits', () => {
  test('says what, about what, why, who may, until when in the reader’s zone, and which bytes', () => {
    const text = shown(card());

    for (const part of [
      'Approval wanted: Comment on PAY-1',
      'PAY-1 Checkout fails',
      'Comment created by Vera Visitor',
      'Vera asked for the status.',
      'risk G2 (changes what the team sees)',
      'rule “default”',
      'anybody in pm-agent.yaml',
      '<!date^1795514400^{date_short_pretty} {time}|2026-11-24 10:00 UTC>',
      'hash abcdef12',
    ]) {
      expect(text).toContain(part);
    }
    expect(approvalMessage(card()).text).toBe(
      'Approval wanted: Comment on PAY-1 (risk G2), until 2026-11-24 10:00 UTC',
    );
  });

  test.each([
    ['drop', 'nothing is sent.'],
    ['escalate', 'nothing is sent, and the team’s lead is told.'],
    ['ask_again', 'it is asked once more, for as long again; then nothing is sent.'],
  ] as const)('says what happens where nobody decides in time, by the rule: %s', (onExpiry, then) => {
    const by = '<!date^1795514400^{date_short_pretty} {time}|2026-11-24 10:00 UTC>';

    expect(shown(card({ onExpiry }))).toContain(`If nobody decides by ${by}: ${then}`);
    expect(approvalReply('reminder', card({ onExpiry }))?.text).toContain(
      `If nobody decides by ${by}: ${then}`,
    );
  });

  test('quotes the exact words, unread by Slack', () => {
    const blocks: any[] = [
      ...approvalMessage(card({ words: '**x** <!channel> <@U1> https://evil.example' })).blocks,
    ];

    expect(blocks.find(({ type }) => type === 'rich_text').elements).toEqual([
      {
        type: 'rich_text_quote',
        elements: [{ type: 'text', text: '**x** <!channel> <@U1> https://evil.example' }],
      },
    ]);
  });

  test('shows no character that a reader cannot see', () => {
    expect(shown(card({ words: 'a\u202Eb\u200Bc\u{E0041}d' }))).toContain('"abcd"');
  });

  test('has buttons that name exactly what was read', () => {
    const buttons = buttonsOf(card());

    expect(buttons.map(({ action_id, style }) => [action_id, style])).toEqual([
      [APPROVE_BUTTON, 'primary'],
      [EDIT_BUTTON, undefined],
      [REJECT_BUTTON, 'danger'],
      [ASK_BUTTON, undefined],
      [SNOOZE_BUTTON, undefined],
      [TAKE_OVER_BUTTON, undefined],
      [OPEN_BUTTON, undefined],
    ]);
    expect(fromButtonValue(buttons[0].value)).toEqual({ approvalId: APPROVAL_ID, hash: HASH });
    expect(new Set(buttons.slice(0, -1).map(({ value }) => value)).size).toBe(1);
    expect(buttons.at(-1)).toMatchObject({ url: 'https://pm.example/c/1' });
    expect(buttons.at(-2).confirm.text.text).toBe('The agent stands down and sends nothing.');
  });

  test.each(['G0', 'G1', 'G2'] as const)('asks once for %s', (risk) => {
    expect(buttonsOf(card({ risk }))[0]).not.toHaveProperty('confirm');
  });

  test('asks twice for G3', () => {
    expect(buttonsOf(card({ risk: 'G3' }))[0].confirm.text.text).toBe(
      'Comment on PAY-1: final: closes work.',
    );
  });

  test('says why this one is G3, also where it is asked twice', () => {
    const raised = card({ risk: 'G3', raisedBy: 'customers read it', what: `Change ${'x'.repeat(400)}` });

    expect(shown(raised)).toContain('risk G3 (customers read it)');
    expect(shown(raised)).not.toContain('closes work');
    expect(buttonsOf(raised)[0].confirm.text.text).toMatch(/^Change x+…: customers read it\.$/);
    expect(shown(card({ risk: 'G3' }))).toContain('risk G3 (final: closes work)');
  });

  test('leads nowhere and names the cycle where no address is configured', () => {
    const given = card({ cycleUrl: null });

    expect(buttonsOf(given).map(({ action_id }) => action_id)).not.toContain(OPEN_BUTTON);
    expect(shown(given)).toContain('cycle cycle-jira-1');
  });

  test.each([
    [
      [
        { name: 'Ana', slack: 'U0ANA' },
        { name: 'Bo', slack: null },
      ],
      '<@U0ANA>, Bo',
    ],
    [[], 'nobody in pm-agent.yaml'],
  ])('asks for %j by name', (deciders, words) => {
    expect(shown(card({ deciders }))).toContain(`decides: ${words}`);
  });

  test('asks for anybody but whoever asked for it, who is named and not called', () => {
    const notBy = [{ name: 'Bo <Berg>', slack: 'U0BO' }];
    expect(shown(card({ notBy }))).toContain('decides: anybody in pm-agent.yaml but Bo &lt;Berg&gt;');
  });

  test('cuts long words and says where all of them are', () => {
    const words = 'x'.repeat(2_501);

    expect(shown(card({ words }))).toContain('all of it stands in the thread');
    expect(shown(card({ words }))).not.toContain(words);
    expect(shown(card({ words: 'x'.repeat(2_500) }))).not.toContain('thread');
  });

  test('says what code flagged, with nothing hidden and no more than three of it', () => {
    const flagged = ['orders to the model in event: ig\u200Bnore', 'b in c: d', 'e in f: g', 'the fourth'];

    expect(shown(card({ flagged }))).toContain(
      'Look twice, code flagged what was read: orders to the model in event: ignore',
    );
    expect(shown(card({ flagged }))).not.toContain('the fourth');
    expect(shown(card({ flagged: [] }))).not.toContain('Look twice');
  });

  test('says the same reason once', () => {
    expect(shown(card({ why: ['same', 'same', 'other'] }))).toContain('same\\n• other');
  });
});

describe('a card that is settled', () => {
  test.each([
    [approved, 'Approved: Comment on PAY-1', '*Approved* by Ana Lindqvist in Slack, <!date^1795442520^'],
    [
      { ...approved, status: 'rejected', reason: 'wrong target' },
      'Rejected: Comment on PAY-1',
      'Reason: wrong target',
    ],
    [
      { ...approved, status: 'expired', by: null },
      'Expired: Comment on PAY-1',
      'nobody decided in time, nothing was sent',
    ],
    [
      { ...approved, status: 'superseded', by: null, reason: 'cancelled by bo' },
      'No longer asked: Comment on PAY-1',
      'nothing was sent',
    ],
    [
      { ...approved, by: { name: 'lead-1', channel: 'temporal' } },
      'Approved: Comment on PAY-1',
      'a name is claimed and not proved',
    ],
    [{ ...approved, by: { name: 'Bo', channel: 'cli' } }, 'Approved: ', 'by Bo on the command line'],
    [{ ...approved, by: { name: 'Bo', channel: 'api' }, note: 'go' }, 'Approved: ', 'Note: go'],
    [{ ...approved, by: { name: 'Bo', channel: 'web' } }, 'Approved: ', 'by Bo on the page'],
  ] as const)('%j tells it and has no buttons', (settled, headline, words) => {
    const given = card({ settled });

    expect(shown(given)).toContain(headline);
    expect(shown(given)).toContain(words);
    expect(buttonsOf(given)).toEqual([]);
    expect(approvalMessage(given).text).toContain(headline);
  });

  test.each([
    ['approved', '', 'Waits to be carried out.'],
    ['executing', '', 'Is being carried out.'],
    ['executed', 'Comment on PAY-1: done', '*Done*: Comment on PAY-1: done'],
    ['failed', 'jira answered 403', '*Failed*: jira answered 403'],
    ['unknown', 'look at PAY-1', '*It is not known whether it was done*: look at PAY-1'],
    ['simulated', 'nothing was sent', '*Simulated*: nothing was sent'],
    ['obsolete', 'it moved', '*Not done any more*: it moved'],
  ])('tells that the action is %s', (status, message, words) => {
    expect(shown(card({ settled: approved, effect: { status, message } }))).toContain(words);
  });

  test('tells nothing of an effect that was not approved', () => {
    const settled = { ...approved, status: 'rejected' } as const;

    expect(shown(card({ settled, effect: { status: 'rejected', message: 'x' } }))).not.toContain(
      'carried out',
    );
  });
});

describe('a thread', () => {
  test('holds every character of words that the card cuts', () => {
    const words = Array.from({ length: 700 }, (_, n) => `word-${n}-ü😀`).join(' ');
    const reply = approvalReply('words', card({ words }));
    const text = ((reply?.blocks ?? []) as any[]).map((block) => block.elements[0].elements[0].text).join('');

    expect(text).toBe(words);
  });

  test('holds every character of a change that the card cuts', () => {
    const labels = Array.from({ length: 90 }, (_, n) => `label-number-${n}`);
    const given = card({
      words: null,
      what: `Change PAY-1: ${labels.map((label) => `label +${label}`).join(', ')}`,
      change: `Labels: ${labels.map((label) => `+${label}`).join(' ')}`,
    });
    const blocks: any[] = [...(approvalReply('words', given)?.blocks ?? [])];

    expect(shown(given)).not.toContain('label-number-89');
    expect(shown(given)).toContain('It is longer than shown here; all of it stands in the thread.');
    expect(blocks.map((block) => block.elements[0].elements[0].text).join('')).toBe(
      `${given.what}\n\n${given.change}`,
    );
    expect(shown(card({ change: 'Status: a → b' }))).not.toContain('in the thread');
  });

  test('holds every character of what changed where the card cuts it, and nothing besides where it does not', () => {
    const wholeDrift = Array.from({ length: 700 }, (_, n) => `line-${n}-ü😀`).join('\n');
    const given = card({ drift: 'the description is "…a", and was "…b"', wholeDrift });
    const blocks: any[] = [...(approvalReply('changed', given)?.blocks ?? [])];

    expect(shown(given)).toContain('More changed than is shown here; all of it stands in the thread.');
    expect(blocks[0].text.text).toMatch(/^Approved, but not done: the description is/);
    expect(
      blocks
        .slice(1)
        .map((block) => block.elements[0].elements[0].text)
        .join(''),
    ).toBe(wholeDrift);
    const short = card({ drift: 'the status is "Done", and was "To Do"' });
    expect(approvalReply('changed', short)?.blocks).toHaveLength(1);
    expect(shown(short)).not.toContain('in the thread');
  });

  test('of a sentence that is too long for the card holds all of it', () => {
    const drift = Array.from({ length: 60 }, (_, n) => `the member-${n} is "x", and was "y"`).join('; ');
    const given = card({ drift });
    const blocks: any[] = [...(approvalReply('changed', given)?.blocks ?? [])];

    expect(shown(given)).not.toContain('member-59');
    expect(shown(given)).toContain('all of it stands in the thread.');
    expect(
      blocks
        .slice(1)
        .map((block) => block.elements[0].elements[0].text)
        .join(''),
    ).toBe(drift);
  });

  test('that no message holds says where the rest stands', () => {
    const wholeDrift = 'x'.repeat(100_000);
    const told = (cycleUrl: string | null) =>
      JSON.stringify(approvalReply('changed', card({ drift: 'much', wholeDrift, cycleUrl }))?.blocks.at(-1));

    expect(told('https://pm.example/c/1')).toContain('longer than a message holds: <https://pm.example/c/1|');
    expect(told(null)).toContain('longer than a message holds: pm-agent show cycle-jira-1');
    expect(areMessageBlocks(approvalReply('changed', card({ drift: 'much', wholeDrift }))?.blocks)).toBe(
      true,
    );
  });

  test('tells the decision with its reason, and the effect', () => {
    const settled = { ...approved, reason: 'because <!here>' };

    expect(approvalReply('decided', card({ settled }))?.text).toContain('Reason: because &lt;!here&gt;');
    expect(
      approvalReply('effect', card({ settled, effect: { status: 'executed', message: 'done' } }))?.text,
    ).toBe('*Done*: done');
  });

  test('has nothing to say of what did not happen', () => {
    expect(approvalReply('words', card({ words: null }))).toBeNull();
    expect(approvalReply('decided', card())).toBeNull();
    expect(approvalReply('effect', card())).toBeNull();
  });
});

describe('whatever people, vendors and the model write', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.string({ unit: 'binary', maxLength: 4_000 }),
    fc.constantFrom('<!channel>', '<@U0EVE>', '<https://evil.example|ok>', '*_~`', '&lt;!here&gt;', ''),
  );
  const nullable = fc.option(text, { nil: null });
  const anyCard = fc.record({
    what: text.map((words) => `Do ${words}`),
    words: nullable,
    change: nullable.map((words) => (words === null ? null : `Status: ${words}`)),
    title: text.map((words) => `T ${words}`),
    trigger: text,
    why: fc.array(text, { maxLength: 6 }),
    rule: text,
    risk: fc.constantFrom('G0', 'G1', 'G2', 'G3' as const),
    raisedBy: fc.constantFrom(null, 'customers read it'),
    deciders: fc.option(fc.array(fc.record({ name: text, slack: fc.constantFrom(null, 'U1') })), {
      nil: null,
    }),
    notBy: fc.array(fc.record({ name: text, slack: fc.constantFrom(null, 'U1') }), { maxLength: 2 }),
    needed: fc.integer({ min: 1, max: 3 }),
    given: fc.array(text, { maxLength: 3 }),
    drift: fc.option(text, { nil: null }),
    wholeDrift: nullable,
    questions: fc.array(text, { maxLength: 4 }),
    snoozedUntil: fc.constantFrom(null, '2026-11-23T16:00:00.000Z'),
    settled: fc.option(
      fc.record({
        status: fc.constantFrom('approved', 'rejected', 'expired', 'superseded' as const),
        by: fc.option(
          fc.record({ name: text, channel: fc.constantFrom('slack', 'api', 'temporal' as const) }),
          {
            nil: null,
          },
        ),
        at: fc.constantFrom(null, '2026-11-23T14:02:00.000Z'),
        reason: nullable,
        note: nullable,
      }),
      { nil: null },
    ),
    effect: fc.record({ status: fc.constantFrom('executed', 'failed', 'approved'), message: text }),
  });

  test('fits Slack’s limits, calls nobody and links nowhere', () => {
    fc.assert(
      fc.property(anyCard, (given) => {
        const whole = card(given);
        const messages = [
          approvalMessage(whole),
          ...REPLY_KINDS.map((kind) => approvalReply(kind, whole)).filter((reply) => reply !== null),
        ];
        for (const message of messages) {
          expect(areMessageBlocks(message.blocks)).toBe(true);
          for (const parsed of [message.text, ...parsedTexts(message.blocks)]) {
            const controls = parsed.match(/<[^>]*>/g) ?? [];
            expect(
              controls.filter(
                (one) => !/^<(!date\^\d+\^[^<>]*|@U1|https:\/\/pm\.example\/c\/1\|[^<>]*)>$/.test(one),
              ),
            ).toEqual([]);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('fits a form', () => {
    fc.assert(
      fc.property(text, text, (what, value) => {
        const input = {
          name: 'body',
          label: `Label ${what}`,
          value,
          isLong: true,
          mayBeEmpty: false,
          choose: null,
        };
        const asked = `Do ${what}`;
        const edit = editForm(asked, '{}', [input]);
        const forms = [rejectForm(asked, '{}'), askForm(asked, '{}'), snoozeForm(asked, '{}', 1), edit];
        const open = forms.filter((form) => form !== null);

        expect(open.every((form) => isModal(form))).toBe(true);
        expect(edit === null).toBe(value.length > 3_000);
      }),
    );
  });
});

describe('a list of people', () => {
  const words = { label: 'Assign to', nobody: 'Nobody' };
  const choosing = (people: readonly { id: string; name: string }[], value = '') => ({
    name: 'accountId',
    label: 'Jira account id',
    value,
    isLong: false,
    mayBeEmpty: true,
    choose: { ...words, people },
  });
  const blockFor = (...args: Parameters<typeof choosing>): any =>
    editForm('Assign PAY-1', '{}', [choosing(...args)])?.blocks[1];
  const labels = (block: any) => block.element.options.map(({ text: { text: label } }: any) => label);

  test('is shown by name, with nobody first and whoever it is now chosen', () => {
    const block = blockFor(
      [
        { id: '712020:bo', name: 'Bo Chen' },
        { id: '712020:ana', name: 'Ana Lindqvist' },
      ],
      '712020:bo',
    );

    expect(block).toMatchObject({ label: { text: 'Assign to' }, optional: true });
    expect(labels(block)).toEqual(['Nobody', 'Ana Lindqvist', 'Bo Chen']);
    expect(block.element.initial_option.value).toBe('712020:bo');
  });

  test('tells two of one name apart', () => {
    const kim = (id: string) => ({ id, name: 'Kim Lee' });

    expect(labels(blockFor([kim('712020:a'), kim('712020:b')]))).toEqual([
      'Nobody',
      'Kim Lee (712020:a)',
      'Kim Lee (712020:b)',
    ]);
  });

  test.each([
    ['nobody is known', [], /not known here/],
    [
      'there are a hundred',
      Array.from({ length: 100 }, (_, n) => ({ id: `712020:${n}`, name: `P${n}` })),
      /More people/,
    ],
    ['an id is too long for it', [{ id: 'x'.repeat(76), name: 'X' }], /longer ids/],
  ] as const)('is no list where %s: the account is typed, and the form says why', (_where, people, why) => {
    const block = blockFor(people, '712020:bo');

    expect(block).toMatchObject({
      label: { text: 'Jira account id' },
      hint: { text: expect.stringMatching(why) },
      element: { type: 'plain_text_input', initial_value: '712020:bo' },
    });
  });

  test('fits Slack, whatever people are called, and names each of them once', () => {
    const id = fc.stringMatching(/^[\w:.-]{1,75}$/);
    const somebody = fc.record({ id, name: fc.string({ unit: 'binary', maxLength: 200 }) });
    const some = fc.uniqueArray(somebody, { selector: ({ id }) => id, minLength: 1, maxLength: 99 });
    fc.assert(
      fc.property(some, (people) => {
        const form = editForm('Assign PAY-1', '{}', [choosing(people, people[0]!.id)]);
        const { element } = form!.blocks[1] as any;

        expect(isModal(form)).toBe(true);
        expect(
          element.options
            .slice(1)
            .map(({ value }: any) => value)
            .sort(),
        ).toEqual(people.map(({ id }) => id).sort());
        expect(element.initial_option.value).toBe(people[0]!.id);
      }),
    );
  });
});

describe('a button’s value', () => {
  test.each([
    '',
    'x',
    APPROVAL_ID,
    `${APPROVAL_ID}:`,
    `${APPROVAL_ID}:${HASH}x`,
    `x${APPROVAL_ID}:${HASH}`,
    `${APPROVAL_ID}:${HASH}\n`,
  ])('%j is none of ours', (value) => {
    expect(fromButtonValue(value)).toBeNull();
  });

  test('comes back as it was', () => {
    const reference = { approvalId: APPROVAL_ID, hash: HASH };

    expect(fromButtonValue(toButtonValue(reference))).toEqual(reference);
  });
});

describe('a suggestion', () => {
  const why = 'jira.comment in PAY is at the level propose, so whoever agrees does it by hand';
  const suggested = card({ nothingSent: why, risk: 'G3' });

  test('says before the click that nothing is sent, and has no button to approve', () => {
    const [agree] = buttonsOf(suggested);

    expect(approvalMessage(suggested).blocks[0]).toMatchObject({
      text: { text: 'Do you agree? Comment on PAY-1' },
    });
    expect(shown(suggested)).toContain(`Suggestion only: your answer is recorded, nothing is sent (${why}).`);
    expect(agree).toMatchObject({ action_id: APPROVE_BUTTON, text: { text: 'Agree' } });
    expect(agree.confirm).toBeUndefined();
    expect(shown(suggested)).not.toContain('Approv');
  });

  test('says after it that nothing was sent, on the card and in its thread', () => {
    const effect = { status: 'simulated', message: 'simulated: would have sent' };
    const settled = { ...suggested, settled: approved, effect };

    expect(shown(settled)).toContain('Agreed: Comment on PAY-1');
    expect(shown(settled)).toContain('*Agreed* by Ana Lindqvist');
    expect(shown(settled)).toContain(`*Nothing was sent*: ${why}`);
    expect(approvalReply('effect', settled)?.text).toBe(`*Nothing was sent*: ${why}`);
    expect(approvalReply('decided', settled)?.text).toContain('*Agreed* by');
  });

  test('is told so in the form that edits it', () => {
    const form = editForm('Comment on PAY-1', '{}', [], true);

    expect(form).toMatchObject({ title: { text: 'Edit and agree' }, submit: { text: 'Agree to this' } });
  });
});
