import { describe, expect, test } from '@jest/globals';
import { ACTION_KINDS } from '../../src/domain/action.js';
import { REPLY_SCHEMA } from '../../src/reasoning/decision-schema.js';

interface Node {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
}

function nodesIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) {
    return value.flatMap(nodesIn);
  }
  return value !== null && typeof value === 'object'
    ? [value as Record<string, unknown>, ...Object.values(value).flatMap(nodesIn)]
    : [];
}

describe('the schema that constrains the reply', () => {
  test('closes every object and requires every member', () => {
    const objects = nodesIn(REPLY_SCHEMA).filter((node) => node.type === 'object') as readonly Node[];

    expect(objects.length).toBeGreaterThan(ACTION_KINDS.length);
    for (const { properties, required, additionalProperties } of objects) {
      expect(additionalProperties).toBe(false);
      expect([...(required ?? [])].sort()).toEqual(Object.keys(properties ?? {}).sort());
    }
  });

  test('carries no keyword that constrained decoding refuses', () => {
    const keywords = nodesIn(REPLY_SCHEMA).flatMap((node) => Object.keys(node));

    for (const keyword of [
      'oneOf',
      'maxLength',
      'minLength',
      'maximum',
      'exclusiveMinimum',
      'maxItems',
      '$schema',
    ]) {
      expect(keywords).not.toContain(keyword);
    }
  });

  test('offers every kind of action and no other', () => {
    const kinds = nodesIn(REPLY_SCHEMA)
      .map((node) => node.const)
      .filter((value) => typeof value === 'string');

    expect([...kinds].sort()).toEqual([...ACTION_KINDS].sort());
  });
});
