import { describe, expect, test } from '@jest/globals';
import { linkTo } from '../../../src/domain/markup/outgoing-text.js';

const HOSTS = ['bitbucket.org'];

describe('an address on an allowed host', () => {
  test.each([
    'https://bitbucket.org/acme/pay/pull-requests/7?w=1#chg-src/a.ts',
    'https://bitbucket.org/acme/pay/src/main/a%20b.ts#lines-1:2',
    'https://bitbucket.org/?q=PAY-1%3A%20late&next=/acme/pay',
  ])('is linked: %s', (address) => {
    expect(linkTo(address, HOSTS)).toBe(address);
  });

  test.each([
    '?next=https://evil.example/',
    '?next=https%3A%2F%2Fevil.example%2F',
    '?next=%68ttps:evil.example',
    '?u=https%253A%252F%252Fevil.example',
    '?u=%252525252f%252525252fevil.example',
    '?dest-url=%2F%2Fevil.example',
    '?next=/\\evil.example',
    '?next=%09//evil.example',
    '/evil.example',
    '#https:evil.example',
    '?next=slack://channel?id=C0CEO',
  ])('is not where it leads on to another one: %s', (rest) => {
    expect(linkTo(`https://bitbucket.org/${rest}`, HOSTS)).toBeNull();
  });
});
