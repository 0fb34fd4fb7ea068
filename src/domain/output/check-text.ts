import { hiddenCharacters } from './hidden-characters.js';
import { links } from './links.js';
import { mentions } from './mentions.js';
import type { Finding, OutputRules, TextRule } from './rule.js';
import { secrets } from './secrets.js';

/** In this order: what is hidden can hide the rest, and a secret is looked for in the text as it was written. */
const RULES: readonly TextRule[] = [hiddenCharacters, secrets, links, mentions];

/** What one rule leaves can be another's business. Texts of people are at rest after two rounds. */
const MOST_ROUNDS = 10;

const UNREADABLE = '[withheld: nested too deep]';
const NEVER_AT_REST =
  'mentions and links are nested in each other so deep that the text cannot be made safe; write it plainly';

/**
 * A text as it may leave, and what was taken out of it. Where there is nothing to take out it comes back unchanged, so
 * a checked text passes again as it is: what was approved is what is sent. Pure.
 */
export function checkText(text: string, rules: OutputRules): Finding {
  const found = atRest(text, rules, RULES);
  // A refused text is still recorded and shown: without the secret, and with the rest defused too.
  return found.refusal === null ? found : { ...found, text: defused(found.text, rules) };
}

function defused(text: string, rules: OutputRules): string {
  return atRest(
    text,
    rules,
    RULES.filter((rule) => rule !== secrets),
  ).text;
}

/** Rounds of all rules until none changes anything, or one refuses. */
function atRest(text: string, rules: OutputRules, each: readonly TextRule[]): Finding {
  const takenOut = new Set<string>();
  let current = text;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const found = oneRound(current, rules, each);
    for (const piece of found.takenOut) {
      takenOut.add(piece);
    }
    if (found.refusal !== null || found.text === current) {
      return { ...found, takenOut: [...takenOut] };
    }
    current = found.text;
  }
  return { text: UNREADABLE, takenOut: [...takenOut], refusal: NEVER_AT_REST };
}

function oneRound(text: string, rules: OutputRules, each: readonly TextRule[]): Finding {
  let found: Finding = { text, takenOut: [], refusal: null };
  for (const rule of each) {
    if (found.refusal === null) {
      const next = rule(found.text, rules);
      found = { ...next, takenOut: [...found.takenOut, ...next.takenOut] };
    }
  }
  return found;
}
