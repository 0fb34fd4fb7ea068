/** Signatures as functions; what doors answer to odd ones stands in test/bad-inputs. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hubClaim, isClaimTrue } from '../../../src/api/webhooks/hmac.js';
import { slackClaim } from '../../../src/api/webhooks/slack-signature.js';
import { slackSignature } from '../support/sending.js';

// From Atlassian's page on webhook security.
const SECRET = "It's a Secret to Everybody";
const BODY = Buffer.from('Hello World!');
const SIGNATURE = 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9';

function isHub(header: string, body: Buffer, secrets: readonly string[]): boolean {
  const claim = hubClaim({ 'x-hub-signature': header });
  return claim.ok && isClaimTrue(claim, body, secrets);
}

describe("the vendor's test vector", () => {
  test('is accepted', () => {
    expect(isHub(SIGNATURE, BODY, [SECRET])).toBe(true);
  });

  test('is accepted in upper case hex', () => {
    expect(isHub(`sha256=${SIGNATURE.slice(7).toUpperCase()}`, BODY, [SECRET])).toBe(true);
  });

  test('is refused for one other byte', () => {
    expect(isHub(SIGNATURE, Buffer.from('Hello World?'), [SECRET])).toBe(false);
  });

  test.each([
    ['current', ['new', SECRET], true],
    ['previous', [SECRET, 'old'], true],
    ['neither', ['new', 'old'], false],
    ['none', [], false],
  ])('signed with the %s of several secrets', (_name, secrets, expected) => {
    expect(isHub(SIGNATURE, BODY, secrets)).toBe(expected);
  });
});

test('of all header values only sha256= and 64 hexadecimal digits claim anything, and none throws', () => {
  const hex = fc.stringMatching(/^[0-9a-fA-F]{60,68}$/);
  const header = fc.oneof(
    fc.string({ unit: 'binary' }),
    hex.map((digits) => `sha256=${digits}`),
    hex.map((digits) => `sha1=${digits}`),
    fc.constantFrom(
      undefined,
      '',
      SIGNATURE,
      `${SIGNATURE}, ${SIGNATURE}`,
      `sha256=${'a'.repeat(1_000_000)}`,
    ),
  );

  fc.assert(
    fc.property(header, (value) => {
      const claim = hubClaim(value === undefined ? {} : { 'x-hub-signature': value });
      expect(claim.ok).toBe(/^sha256=[0-9a-fA-F]{64}$/.test(value ?? ''));
    }),
  );
});

test('a Slack claim covers its timestamp and the body', () => {
  const now = Date.parse('2026-11-23T10:00:00Z');
  const raw = Buffer.from('{"type":"event_callback"}');
  const claim = slackClaim({
    'x-slack-request-timestamp': String(now / 1000),
    'x-slack-signature': slackSignature(raw, now / 1000, 'k'),
  });

  expect(claim).toMatchObject({ ok: true, signedAt: now });
  expect(claim.ok && isClaimTrue(claim, raw, ['k'])).toBe(true);
  expect(claim.ok && isClaimTrue({ ...claim, before: `v0:${now / 1000 - 1}:` }, raw, ['k'])).toBe(false);
  expect(claim.ok && isClaimTrue(claim, raw.subarray(1), ['k'])).toBe(false);
});
