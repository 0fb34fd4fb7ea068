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
