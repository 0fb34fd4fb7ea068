/** Bodies as functions; what doors answer to odd ones stands in test/bad-inputs. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeFlatForm, decodePayloadForm } from '../../../src/api/webhooks/form-body.js';
import { decodeJson } from '../../../src/api/webhooks/json-body.js';

describe('a JSON body', () => {
  test('repairs halves of characters at any depth, and nothing else', () => {
    const text = '{"a":"x\\ud83d","b":[{"c":"\\udc00y"}],"d":"\\ud83d\\ude00","e":"\\\\ud83d"}';

    expect(decodeJson(Buffer.from(text))).toEqual({
      ok: true,
      body: { a: 'x\uFFFD', b: [{ c: '\uFFFDy' }], d: '😀', e: '\\ud83d' },
    });
  });

  test('is read up to 64 levels, 20,000 members, and no further', () => {
    const nested = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;
    const wide = (members: number) => JSON.stringify({ list: Array.from({ length: members - 1 }, () => 0) });
    const isRead = (text: string) => decodeJson(Buffer.from(text)).ok;

    expect([64, 65].map((levels) => isRead(nested(levels)))).toEqual([true, false]);
    expect([20_000, 20_001].map((members) => isRead(wide(members)))).toEqual([true, false]);
  });

  test('is an object', () => {
    expect(decodeJson(Buffer.from('[1]'))).toEqual({ ok: false, reason: 'the body is not a JSON object' });
  });

  test('that names a prototype keeps the name, repaired or not', () => {
    const decoded = decodeJson(Buffer.from('{"__proto__":"x\\ud83d","a":{"__proto__":{"b":1}}}'));

    expect(decoded.ok && Object.getOwnPropertyDescriptor(decoded.body, '__proto__')?.value).toBe('x\uFFFD');
    expect(decoded.ok && JSON.stringify(decoded.body['a'])).toBe('{"__proto__":{"b":1}}');
  });

  test('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const decoded = decodeJson(Buffer.from(bytes));
        return decoded.ok || decoded.reason.length > 0;
      }),
    );
  });
});

describe('a form with one field', () => {
  const payload = encodeURIComponent('{"type":"block_actions"}');

  test('is read', () => {
    expect(decodePayloadForm(Buffer.from(`payload=${payload}`))).toEqual({
      ok: true,
      body: { type: 'block_actions' },
    });
  });

  test('reads + as a blank', () => {
    expect(decodePayloadForm(Buffer.from('payload={"a":"b+c"}'))).toEqual({ ok: true, body: { a: 'b c' } });
  });
});

describe('a flat form', () => {
  test('is read field by field', () => {
    expect(decodeFlatForm(Buffer.from('command=%2Fpm&text=a+b%26c&empty='))).toEqual({
      ok: true,
      body: { command: '/pm', text: 'a b&c', empty: '' },
    });
  });
});
