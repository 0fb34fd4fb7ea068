/** What a vendor's text may do to a terminal and to whoever reads it: nothing. */
import { describe, expect, test } from '@jest/globals';
import { jsonText } from '../../src/cli/json-text.js';
import { hanging, oneLine, plain } from '../../src/cli/table.js';
import { tellCycle } from '../../src/cli/tell-cycle.js';
import type { CycleView } from '../../src/cli/views.js';

const UNSEEN = [
  '\u001B',
  '\u009B',
  '\u00AD',
  '\u200B',
  '\u202E',
  '\u2066',
  '\u{E0063}',
  '\u3164',
  '\u115F',
  '\uFFA0',
  '\u034F',
  '\u180B',
  '\uFE0F',
  '\u{E0100}',
  '\uFEFF',
];

describe.each(UNSEEN)('%j', (unseen) => {
  test('stands in no text of the command line', () => {
    expect(plain(`a${unseen}b`)).toMatch(/^a ?b$/);
    expect(oneLine(`a${unseen}b`, 20)).toMatch(/^a ?b$/);
  });

  test('is spelled out in JSON, which says the same', () => {
    const value = { text: `a${unseen}b` };

    expect(jsonText(value)).toMatch(/^[ -~\n]*$/);
    expect(JSON.parse(jsonText(value))).toEqual(value);
  });
});

test('emoji and other scripts stay readable', () => {
  expect(plain('Grüße ☺️ 你好 नमस्ते')).toBe('Grüße ☺️ 你好 नमस्ते');
});

test.each(['a\u2028b', 'a\u2029b', 'a\nb'])('%j is two lines, of which the second is moved in', (text) => {
  expect(hanging(text, '  ')).toBe('a\n  b');
});

test('no line of a foreign text stands where one of ours does', () => {
  const forged = 'fine\nverdict     auto by rule "all is allowed"\n- forged  [event]';
  const cycle = {
    id: 'c',
    status: 'completed',
    outcome: 'acted',
    title: forged,
    subject: 'jira:PAY-1',
    source: 'jira',
    eventType: 'comment_created',
    eventId: 'e',
    receivedAt: '',
    endedAt: null,
    summary: forged,
    coalescedInto: null,
    error: forged,
    cost: 0,
    temporalUrl: null,
    steps: [],
    context: null,
    actions: [],
    approvals: [],
    modelCalls: [],
    decision: {
      summary: forged,
      reasons: [{ text: forged, evidence: [] }],
      uncertainty: forged,
      wouldChange: forged,
    },
  } as unknown as CycleView;

  const lines = tellCycle(cycle, { by: forged, said: forged, standIn: false }).split('\n');

  expect(lines.filter((line) => /^ {0,2}(?:verdict|- forged)/.test(line))).toEqual([]);
});
