import type { Context, ContextFacts, ContextItem } from '../context.js';
import type { PmEvent } from '../event.js';
import type { Flag, FlagRuleName } from './flag.js';
import { folded } from './folding.js';
import { codePoint } from './hidden.js';
import { FLAG_RULES } from './rules.js';

const MOST_FLAGS = 20;
const WHAT_LIMIT = 120;
const UNSEEN = /(?! )[\p{C}\p{Z}\p{DI}]/gu;

type Reading = Pick<Context, 'items'> & Partial<Pick<Context, 'facts'>>;

/** Everything in a reading that outsiders can write: the events that are answered, and what was read about them. Pure. */
export function flagsOf(events: readonly PmEvent[], { items, facts }: Reading): readonly Flag[] {
  const found = [
    ...events.flatMap((event) => flagsIn('event', event)),
    ...items.flatMap(({ id, data }: ContextItem) => flagsIn(id, data)),
    ...(facts === undefined
      ? []
      : flagsIn('facts', onlyInFacts(facts, [events, items.map(({ data }) => data)]))),
  ];
  const once = new Map(found.map((flag) => [`${flag.rule}/${flag.where}`, flag]));
  return [...once.values()].slice(0, MOST_FLAGS);
}

/** Names of people above all: whoever can be assigned is shown to the model, and stands in no item. */
function onlyInFacts({ issue, pullRequest, thread }: ContextFacts, told: unknown): readonly string[] {
  const { description: _description, linked: _linked, ...ofIssue } = issue ?? {};
  const { files: _files, ...ofPullRequest } = pullRequest ?? {};
  const known = textsIn(told);
  return [...textsIn([ofIssue, ofPullRequest, thread])].filter((text) => !known.has(text));
}

function flagsIn(where: string, value: unknown): readonly Flag[] {
  const texts = [...textsIn(value)];
  const worded = texts.filter((text) => /\s/.test(text));
  // Together as well: what was split over fields is one text to the model.
  const looked = [...texts, ...(worded.length > 1 ? [worded.join('\n')] : [])].map((text) => ({
    text,
    plain: folded(text),
  }));
  return RULES.flatMap(([rule, find]) => {
    const what = looked.map(({ text, plain }) => find(text, plain)).find((one) => one !== null);
    return what === undefined ? [] : [{ rule, where, what: shown(what) }];
  });
}

const RULES = Object.entries(FLAG_RULES) as readonly [FlagRuleName, (typeof FLAG_RULES)[FlagRuleName]][];

/** Each once, in the order in which they stand. */
function textsIn(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  collectTexts(value, found);
  return found;
}

/** Into one set for all: a set for each member took as long as half of the rules. */
function collectTexts(value: unknown, found: Set<string>): void {
  if (typeof value === 'string') {
    found.add(value);
  } else if (value !== null && typeof value === 'object') {
    for (const one of Object.values(value)) {
      collectTexts(one, found);
    }
  }
}

function shown(what: string): string {
  const visible = what.replace(/\s+/g, ' ').replace(UNSEEN, codePoint);
  return visible.length > WHAT_LIMIT ? `${visible.slice(0, WHAT_LIMIT - 1)}…` : visible;
}
