import { expect, test } from '@jest/globals';
import { pageBasesOf } from '../../src/config/page-bases.js';
import { itemLink } from '../../src/domain/item-link.js';

const bases = { jira: 'https://acme.atlassian.net', bitbucket: 'https://bitbucket.org' };

test.each([
  ['jira:PAY-142', 'https://acme.atlassian.net/browse/PAY-142'],
  ['bitbucket:acme/pay-api#7', 'https://bitbucket.org/acme/pay-api/pull-requests/7'],
  ['slack:C0PAY/1700000000.000100', null],
  ['jira:PAY-1/../../evil', null],
])('%s is looked at at %s', (target, link) => {
  expect(itemLink(bases, target)).toBe(link);
});

test('there is no link where the configuration names no page', () => {
  expect(itemLink({ jira: null, bitbucket: null }, 'jira:PAY-1')).toBeNull();
  expect(itemLink({ jira: null, bitbucket: null }, 'bitbucket:acme/pay-api#7')).toBeNull();
});

test.each([
  ['https://acme.atlassian.net/', 'https://api.bitbucket.org/2.0', bases],
  [
    'https://api.atlassian.com/ex/jira/1',
    'http://127.0.0.1:4010/bitbucket/2.0',
    { jira: null, bitbucket: null },
  ],
  [
    'https://jira.acme.example/jira',
    'https://api.bitbucket.org/2.0',
    { ...bases, jira: 'https://jira.acme.example/jira' },
  ],
])('the pages of %s and %s', (jira, bitbucket, pages) => {
  const at = { baseUrl: jira, siteUrl: null };
  expect(pageBasesOf({ jira: at, bitbucket: { baseUrl: bitbucket } } as never)).toEqual(pages);
});

test('behind the gateway the pages of Jira are where the configuration says', () => {
  const jira = { baseUrl: 'https://api.atlassian.com/ex/jira/1', siteUrl: 'https://acme.atlassian.net/' };
  const bitbucket = { baseUrl: 'https://api.bitbucket.org/2.0' };

  expect(pageBasesOf({ jira, bitbucket } as never)).toEqual(bases);
});
