import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeFlatForm, decodePayloadForm } from '../../../src/api/webhooks/form-body.js';
import { decodeJson } from '../../../src/api/webhooks/json-body.js';

const nested = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;
const keys = (count: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [n, 0])));

describe('a JSON body', () => {
  test.each([
    ['of 64 levels', nested(64), true],
    ['of 65 levels', nested(65), false],
    ['of 200,000 levels of arrays', `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, false],
    ['with 20,000 keys', keys(20_000), true],
    ['with 20,001 keys', keys(20_001), false],
    ['that is empty', '', false],
    ['null', 'null', false],
    ['a list', '[]', false],
    ['a text', '"x"', false],
    ['a number beyond all numbers', '1e400', false],
    ['with a byte order mark', '\uFEFF{}', false],
    ['with a second document', '{}{}', false],
    ['with trailing bytes', '{} x', false],
    ['cut off', '{"a":', false],
  ])('%s', (_name, text, expected) => {
    expect(decodeJson(Buffer.from(text)).ok).toBe(expected);
  });

  test('takes the last of duplicate keys', () => {
    expect(decodeJson(Buffer.from('{"a":1,"a":2}'))).toEqual({ ok: true, body: { a: 2 } });
  });

  test('replaces bytes that are not UTF-8', () => {
    const raw = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);

    expect(decodeJson(raw)).toEqual({ ok: true, body: { a: '\uFFFD\uFFFD' } });
  });

  test('leaves the prototype of objects alone', () => {
    decodeJson(Buffer.from('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'));

    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
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

  test.each([
    ['without payload', 'data=1'],
    ['with two payloads', `payload=${payload}&payload=${payload}`],
    ['with another field', `payload=${payload}&x=1`],
    ['with broken JSON', 'payload=%7B'],
    ['with broken encoding', 'payload=%zz'],
    ['with 5,000 fields', Array.from({ length: 5_000 }, (_, n) => `f${n}=1`).join('&')],
    ['with a nested name', `payload[a]=${payload}`],
    ['that is empty', ''],
  ])('%s is refused', (_name, text) => {
    expect(decodePayloadForm(Buffer.from(text)).ok).toBe(false);
  });
});

describe('a flat form', () => {
  test('is read field by field', () => {
    expect(decodeFlatForm(Buffer.from('command=%2Fpm&text=a+b%26c&empty='))).toEqual({
      ok: true,
      body: { command: '/pm', text: 'a b&c', empty: '' },
    });
  });

  test.each([
    ['a field twice', 'a=1&a=2'],
    ['51 fields', Array.from({ length: 51 }, (_, n) => `f${n}=1`).join('&')],
    ['broken encoding', 'a=%'],
    ['nothing', ''],
  ])('with %s is refused', (_name, text) => {
    expect(decodeFlatForm(Buffer.from(text)).ok).toBe(false);
  });

  test('keeps a field called __proto__ to itself', () => {
    decodeFlatForm(Buffer.from('__proto__=x'));

    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});
