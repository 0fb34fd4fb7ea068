/** Which rules of a policy stand in the way of others. */
import type { RuleCondition } from '../domain/policy.js';
import type { ParsedAgentFile } from './agent-file-schema.js';

export type FileRule = NonNullable<ParsedAgentFile['policy']>['rules'][number];

/** Every condition of the first is one of the second, and at least as wide. */
export function covers(first: FileRule['when'], second: FileRule['when']): boolean {
  return (Object.keys(first) as (keyof RuleCondition)[]).every((name) => {
    const wide: readonly string[] = listOf(first[name]);
    const narrow: readonly string[] = listOf(second[name]);
    return wide.length === 0 || (narrow.length > 0 && narrow.every((value) => wide.includes(value)));
  });
}

export function listOf<T extends string>(value: T | readonly T[] | undefined): readonly T[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}
