/** Buttons and forms of approval cards: who may not, and what is forged. */
import { expect } from '@jest/globals';
import { REJECT_BUTTON } from '../../../src/integrations/slack/approval-button.js';
import {
  allAnswered,
  button,
  form,
  LEADS,
  PEOPLE,
  refusalsIn,
  startAnswering,
  valueOf,
  whispersIn,
} from '../../api/support/approval-clicks.js';
import { payloadForm } from '../../api/support/bodies.js';
import { type StoredCycle, storeCycle } from '../../api/support/stored-cycle.js';
import { startSandbox } from '../../sandbox/running-sandbox.js';
import { delivery, INTERACTIONS } from '../support/doors.js';
import type { InputCase, Row } from '../support/row.js';
import { call } from '../support/wire.js';
import type { World } from '../support/world.js';

interface Refused {
  /** What the person is told, alone; null where the forgery leaves no place to tell it. */
  readonly told: RegExp | null;
  /** What is kept of it for the audit log. */
  readonly kept: object;
  /** What the door answers: empty text closes a form. */
  readonly text?: string;
}

/** Pressed while the product runs that answers: 200 to Slack, words to the person, and nothing is decided. */
function pressed(
  name: string,
  press: (stored: StoredCycle, world: World) => object | Promise<object>,
  { told, kept, text }: Refused,
): InputCase {
  return {
    name,
    world: { config: ({ file }) => ({ file: { ...file, people: PEOPLE } }) },
    send: async (world) => {
      const { api } = world;
      const sandbox = await startSandbox();
      world.atEnd(() => sandbox.close());
      const stored = await storeCycle(api, {}, LEADS);
      const queue = startAnswering(api, sandbox);
      world.atEnd(() => queue.stop());
      const payload = { ...(await press(stored, world)), response_url: `${world.trap}/answer` };
      const reply = await call(api.port, delivery(INTERACTIONS, { raw: payloadForm(payload) }));
      await allAnswered(api);
      expect((await whispersIn(sandbox)).map((whisper) => whisper.text)).toEqual(
        told === null ? [] : [expect.stringMatching(told)],
      );
      expect(refusalsIn(api)).toMatchObject([{ actor: expect.stringMatching(/^slack:/), ...kept }]);
      expect(api.delivered).toEqual([]);
      expect(api.reader.getApproval(stored.approvalId)?.status).toBe('pending');
      return reply;
    },
    status: 200,
    stores: [{ eventType: 'approval_click', status: 'processed', cycleId: null }],
    counts: 'slack/processed',
    also: ({ reply }) => (text === undefined ? undefined : expect(reply.text).toBe(text)),
  };
}

const notAllowed: Row = {
  number: 36,
  words: 'a button of somebody who may not decide',
  cases: [
    pressed('of nobody in pm-agent.yaml', (stored) => button(stored, { user: 'U0EVA' }), {
      told: /not allowed.*U0EVA belongs to nobody in pm-agent\.yaml/s,
      kept: { what: 'approve', code: 'not_allowed' },
    }),
    pressed('of a person whom the rule does not name', (stored) => button(stored, { user: 'U0BO' }), {
      told: /not allowed.*“leads” lets only Ana Lindqvist/s,
      kept: { by: 'dev-1', what: 'approve', code: 'not_allowed' },
    }),
    pressed(
      'the one that opens the form',
      (stored) => button(stored, { user: 'U0BO', action: REJECT_BUTTON }),
      { told: /not allowed/, kept: { by: 'dev-1', what: 'reject', code: 'not_allowed' } },
    ),
    pressed('the form itself', (stored) => form(stored, { user: 'U0BO' }), {
      told: /not allowed/,
      kept: { by: 'dev-1', what: 'reject', code: 'not_allowed' },
      text: '',
    }),
    pressed('whose account is the id of a lead', (stored) => button(stored, { user: 'lead-1' }), {
      told: null,
      kept: { what: 'approve', code: 'not_allowed' },
    }),
  ],
};

const invalid = { told: /invalid/, kept: { by: 'lead-1', code: 'invalid' } };

const forged: Row = {
  number: 37,
  words: 'a button with a forged value',
  cases: [
    ...(
      [
        ['another approval', ({ asked }) => `${'0'.repeat(32)}:${asked.hash}`],
        ['another hash', ({ approvalId }) => `${approvalId}:${'0'.repeat(64)}`],
        ['no hash', ({ approvalId }) => approvalId],
        ['the hash of an earlier letter', (stored) => valueOf(stored).toUpperCase()],
        ['SQL', ({ approvalId, asked }) => `${approvalId}' OR '1'='1:${asked.hash}`],
        ['a path', () => '../../approvals'],
        ['nothing', () => ''],
        ['almost a megabyte', () => 'x'.repeat(900_000)],
      ] as const satisfies readonly (readonly [string, (stored: StoredCycle) => string])[]
    ).map(([name, value]) => pressed(name, (stored) => button(stored, { value: value(stored) }), invalid)),
    pressed(
      'the hash of another request that waits',
      async (stored, { api }) => {
        const other = await storeCycle(api, {}, { ...LEADS, hash: 'e'.repeat(64) });
        return button(stored, { value: `${stored.approvalId}:${other.asked.hash}` });
      },
      invalid,
    ),
    ...(
      [
        ['no JSON', 'x'],
        ['another shape', '{"value":7}'],
        ['a forged value', `{"value":"${'0'.repeat(32)}:${'0'.repeat(64)}","channel":"C0PAY"}`],
        ['a channel that is a path', '{"value":"x","channel":"../x"}'],
      ] as const
    ).map(([name, metadata]) =>
      pressed(`in its form ${name}`, (stored) => form(stored, { metadata }), {
        ...invalid,
        told: metadata.includes('C0PAY') ? invalid.told : null,
        text: '',
      }),
    ),
  ],
};

export const slackClickRows: readonly Row[] = [notAllowed, forged];
