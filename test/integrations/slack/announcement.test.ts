/** What was done without asking, as Block Kit: its button, and what stands there once it was taken back. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { announcement } from '../../../src/integrations/slack/announcement.js';
import { UNDO_BUTTON } from '../../../src/integrations/slack/approval-button.js';
import { areMessageBlocks } from '../../../src/sandbox/slack/block-rules.js';

const text = 'Comment on PAY-1: done without asking.';
const takenBack = {
  by: { name: 'Ana <b> Lindqvist', channel: 'slack' },
  at: '2026-11-24T10:00:00.000Z',
  remark: 'The first *words* stay.',
} as const;

describe('an announcement', () => {
  test('has a button that asks once more, and says how else', () => {
    const { blocks } = announcement({ text, actionId: 'cycle-1.a1', takenBack: null }) as any;

    expect(blocks[0].text.text).toBe(text);
    expect(blocks[1].elements).toMatchObject([
      { action_id: UNDO_BUTTON, value: 'cycle-1.a1', confirm: { title: { text: 'Take it back?' } } },
    ]);
    expect(blocks[2].elements[0].text).toContain('pm-agent undo cycle-1.a1');
  });

  test('that was taken back says by whom and what stays, and has no button', () => {
    const message = announcement({ text, actionId: 'cycle-1.a1', takenBack });
    const shown = JSON.stringify(message.blocks);

    expect(shown).toContain('*Taken back* by Ana &lt;b&gt; Lindqvist in Slack');
    expect(shown).toContain('The first *words* stay.');
    expect(shown).not.toContain('"actions"');
    expect(message.text).toContain('*Taken back*');
  });

  test('fits Slack, whatever is in it', () => {
    const words = fc.string({ unit: 'binary', minLength: 1, maxLength: 4_000 });
    fc.assert(
      fc.property(words, words, fc.boolean(), (said, remark, isBack) => {
        const { blocks } = announcement({
          text: `x${said}`,
          actionId: 'cycle-1.a1',
          takenBack: isBack ? { ...takenBack, remark } : null,
        });

        expect(areMessageBlocks(blocks)).toBe(true);
      }),
    );
  });
});
