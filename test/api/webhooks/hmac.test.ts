import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { isHmacOf, isHubSignature } from '../../../src/api/webhooks/hmac.js';
import { isSlackSignature } from '../../../src/api/webhooks/slack-signature.js';
import { hubSignature, slackSignature } from '../support/sending.js';

// From Atlassian's page on webhook security.
const SECRET = "It's a Secret to Everybody";
const BODY = Buffer.from('Hello World!');
const SIGNATURE = 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9';

describe("the vendor's test vector", () => {
  test('is accepted', () => {
    expect(isHubSignature(SIGNATURE, BODY, [SECRET])).toBe(true);
  });

  test('is accepted in upper case hex', () => {
    expect(isHubSignature(`sha256=${SIGNATURE.slice(7).toUpperCase()}`, BODY, [SECRET])).toBe(true);
  });

  test('is refused for one other byte', () => {
    expect(isHubSignature(SIGNATURE, Buffer.from('Hello World?'), [SECRET])).toBe(false);
  });

  test.each([
    ['current', ['new', SECRET], true],
    ['previous', [SECRET, 'old'], true],
    ['neither', ['new', 'old'], false],
    ['none', [], false],
  ])('signed with the %s of several secrets', (_name, secrets, expected) => {
    expect(isHubSignature(SIGNATURE, BODY, secrets)).toBe(expected);
  });
});

describe('an odd signature is refused without an exception', () => {
  const sha1 = createHmac('sha1', SECRET).update(BODY).digest('hex');
  const md5 = createHmac('md5', SECRET).update(BODY).digest('hex');

  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['a list', [SIGNATURE, SIGNATURE]],
    ['two joined by a comma', `${SIGNATURE}, ${SIGNATURE}`],
    ['method only', 'sha256='],
    ['cut', SIGNATURE.slice(0, -1)],
    ['one digit longer', `${SIGNATURE}0`],
    ['not hex', `sha256=${'z'.repeat(64)}`],
    ['hex with a blank', `sha256= ${SIGNATURE.slice(8)}`],
    ['64 two-byte letters', `sha256=${'é'.repeat(64)}`],
    ['sha1', `sha1=${sha1}`],
    ['md5', `md5=${md5}`],
    ['SHA256 in capitals', SIGNATURE.replace('sha256', 'SHA256')],
    ['an unknown method', SIGNATURE.replace('sha256', 'sha512')],
    ['no method', SIGNATURE.slice(7)],
    ['a megabyte', `sha256=${'a'.repeat(1_000_000)}`],
  ])('%s', (_name, header) => {
    expect(isHubSignature(header, BODY, [SECRET])).toBe(false);
  });
});

test('an HMAC over parts equals the one over the whole', () => {
  const hex = hubSignature('v0:1:body', 'k').slice(7);

  expect(isHmacOf(hex, ['v0:1:', Buffer.from('body')], ['k'])).toBe(true);
});

describe('a Slack signature', () => {
  const now = Date.parse('2026-11-23T10:00:00Z');
  const seconds = now / 1000;
  const raw = Buffer.from('{"type":"event_callback"}');

  function verify(timestamp: number | string, headers: Record<string, string | undefined> = {}) {
    const signed = {
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': slackSignature(raw, timestamp, 'k'),
      ...headers,
    };
    return isSlackSignature({ headers: signed, raw, now }, ['k']);
  }

  test.each([
    ['now', seconds, true],
    ['300 s old', seconds - 300, true],
    ['301 s old', seconds - 301, false],
    ['301 s in the future', seconds + 301, false],
    ['not a number', 'yesterday', false],
    ['negative', -1, false],
    ['hexadecimal', '0x5f3759df', false],
    ['empty', '', false],
  ])('with a timestamp that is %s', (_name, timestamp, expected) => {
    expect(verify(timestamp)).toBe(expected);
  });

  test.each([
    ['without a timestamp', { 'x-slack-request-timestamp': undefined }],
    ['without a signature', { 'x-slack-signature': undefined }],
    ['for another timestamp', { 'x-slack-request-timestamp': String(seconds - 1) }],
    ['of another version', { 'x-slack-signature': slackSignature(raw, seconds, 'k').replace('v0', 'v1') }],
    ['under another secret', { 'x-slack-signature': slackSignature(raw, seconds, 'other') }],
  ])('%s is refused', (_name, headers) => {
    expect(verify(seconds, headers)).toBe(false);
  });
});
