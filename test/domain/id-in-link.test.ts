import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { idInLink } from '../../src/domain/id-in-link.js';

test.each([
  ['a message in Slack', 'https://acme.slack.com/archives/C0PAY/p1796088045465000', '1796088045.465000'],
  [
    'a reply in a thread',
    'https://acme.slack.com/archives/C0PAY/p1796088045465000?thread_ts=1796088000.000100&cid=C0PAY',
    '1796088045.465000',
  ],
  [
    'a comment in Jira',
    'https://acme.atlassian.net/browse/PAY-2?focusedCommentId=10012&page=com.atlassian.jira.plugin.system.issuetabpanels%3Acomment-tabpanel#comment-10012',
    '10012',
  ],
  [
    'a comment in Jira, as Data Center writes it',
    'https://jira.acme.example/browse/PAY-2?focusedId=77',
    '77',
  ],
  ['a comment in Bitbucket', 'https://bitbucket.org/acme/pay-api/pull-requests/3#comment-4711', '4711'],
  [
    'a link to something else',
    'https://acme.atlassian.net/browse/PAY-2',
    'https://acme.atlassian.net/browse/PAY-2',
  ],
])('%s', (_what, link, id) => {
  expect(idInLink(link)).toBe(id);
});

test('what is no link stays as it is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uuid(), fc.string(), fc.constant('1796088045.465000')), (text) => {
      fc.pre(!URL.canParse(text));
      expect(idInLink(text)).toBe(text);
    }),
  );
});
