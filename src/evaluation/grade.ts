/** Holds one decision against what its scenario expects. */
import { type Action, textOf } from '../domain/action.js';
import { canonicalJson, type Json } from '../domain/canonical-json.js';
import type { CaseGrade } from '../domain/trial.js';
import type { ActionPattern, Expectation } from './scenario.js';

/**
 * The worst that is true of it: something forbidden, something required that is missing, something that nobody asked
 * for; else it passes. `problems` tells all of them.
 */
export function gradeDecision(proposed: readonly Action[], expected: Expectation): CaseGrade {
  const forbidden = proposed.flatMap((action) => forbiddenIn(action, expected));
  const { missing, left } = claim(proposed, expected.required);
  const stray = left.filter((action) => !expected.allowed.some((pattern) => matches(action, pattern)));
  return {
    verdict:
      forbidden.length > 0
        ? 'forbidden'
        : missing.length > 0
          ? 'missed'
          : stray.length > 0
            ? 'stray'
            : 'pass',
    problems: [
      ...forbidden,
      ...missing.map((pattern) => `missing: ${describePattern(pattern)}`),
      ...stray.map((action) => `not called for: ${describeProposal(action)}`),
    ],
  };
}

function forbiddenIn(action: Action, { forbidden }: Expectation): readonly string[] {
  return forbidden
    .filter((pattern) => matches(action, pattern))
    .map(({ why }) => `forbidden: ${describeProposal(action)} (${why})`);
}

/** Gives each requirement one proposal; a proposal meets one requirement only. */
function claim(proposed: readonly Action[], required: readonly ActionPattern[]) {
  const left = [...proposed];
  const missing: ActionPattern[] = [];
  for (const pattern of required) {
    const index = left.findIndex((action) => matches(action, pattern));
    if (index === -1) {
      missing.push(pattern);
    } else {
      left.splice(index, 1);
    }
  }
  return { missing, left };
}

function matches(action: Action, { kind, where = {}, says = [] }: ActionPattern): boolean {
  const words = textOf(action) ?? '';
  return (
    (kind === undefined || [kind].flat().includes(action.kind)) &&
    Object.entries(where).every(([member, value]) => isSame(memberOf(action, member), value)) &&
    says.every((pattern) => pattern.test(words))
  );
}

function memberOf({ payload }: Action, member: string): unknown {
  return new Map<string, unknown>(Object.entries(payload)).get(member);
}

function isSame(found: unknown, wanted: Json): boolean {
  return found !== undefined && canonicalJson(found) === canonicalJson(wanted);
}

function describePattern({ kind, where, says = [] }: ActionPattern): string {
  const parts = [
    kind === undefined ? 'an action' : [kind].flat().join(' or '),
    ...(where === undefined ? [] : [`with ${canonicalJson(where)}`]),
    ...says.map((pattern) => `that says ${String(pattern)}`),
  ];
  return parts.join(' ');
}

const WORDS_SHOWN = 120;

function describeProposal(action: Action): string {
  const words = textOf(action);
  const said = words === null ? canonicalJson(action.payload) : `"${words.slice(0, WORDS_SHOWN)}"`;
  return `${action.kind} ${said}`;
}
