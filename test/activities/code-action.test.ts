import { expect, test } from '@jest/globals';
import { codeAction } from '../../src/activities/code-action.js';
import { commentEvent } from '../support/builders.js';

test('what code says calls no channel, though the model might', () => {
  const text = 'Stopped on "@here and now".';
  const planned = codeAction(
    {
      actionId: 'c.ack',
      action: { kind: 'slack.message', payload: { channel: 'C0PAY', threadTs: null, text } },
      origin: 'command',
      rule: 'acknowledgement',
      refusal: null,
      countsAgainst: [],
    },
    commentEvent(),
    {
      policy: { version: 'v', default: 'auto', deadlineMs: null, rules: [] },
      output: { linkHosts: [], mentions: ['here'], secrets: [] },
    },
  );

  expect(planned).toMatchObject({
    verdict: 'auto',
    risk: 'G1',
    action: { payload: { text: 'Stopped on "(at)here and now".' } },
  });
});
