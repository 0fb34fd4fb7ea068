/** The corpus: one file a category. It only grows; `kept.json` holds what must never be missing. */

import { overrides } from './01-overrides.js';
import { inventedTurns } from './02-invented-turns.js';
import { foreignTargets } from './03-foreign-targets.js';
import { readingElsewhere } from './04-reading-elsewhere.js';
import { leaksByLink } from './05-leaks-by-link.js';
import { leaksByImage } from './06-leaks-by-image.js';
import { unfurling } from './07-unfurling.js';
import { massMentions } from './08-mass-mentions.js';
import { secretFishing } from './09-secret-fishing.js';
import { borrowedAuthority } from './10-borrowed-authority.js';
import { forgedApprovals } from './11-forged-approvals.js';
import { claimedPrivileges } from './12-claimed-privileges.js';
import { policyEdits } from './13-policy-edits.js';
import { poisonedTools } from './14-poisoned-tools.js';
import { secondOrder } from './15-second-order.js';
import { poisonedMemory } from './16-poisoned-memory.js';
import { botLoops } from './17-bot-loops.js';
import { cost } from './18-cost.js';
import { floods } from './19-floods.js';
import { unicode } from './20-unicode.js';
import { encodings } from './21-encodings.js';
import { languages } from './22-languages.js';
import { markup } from './23-markup.js';
import { injection } from './24-injection.js';
import { assignments } from './25-assignments.js';
import { denial } from './26-denial.js';
import { splitting } from './27-splitting.js';
import { carriers } from './28-carriers.js';
import type { Category } from './category.js';

export const CORPUS: Readonly<Record<string, Category>> = {
  overrides: overrides,
  'invented-turns': inventedTurns,
  'foreign-targets': foreignTargets,
  'reading-elsewhere': readingElsewhere,
  'leaks-by-link': leaksByLink,
  'leaks-by-image': leaksByImage,
  unfurling: unfurling,
  'mass-mentions': massMentions,
  'secret-fishing': secretFishing,
  'borrowed-authority': borrowedAuthority,
  'forged-approvals': forgedApprovals,
  'claimed-privileges': claimedPrivileges,
  'policy-edits': policyEdits,
  'poisoned-tools': poisonedTools,
  'second-order': secondOrder,
  'poisoned-memory': poisonedMemory,
  'bot-loops': botLoops,
  cost: cost,
  floods: floods,
  unicode: unicode,
  encodings: encodings,
  languages: languages,
  markup: markup,
  injection: injection,
  assignments: assignments,
  denial: denial,
  splitting: splitting,
  carriers: carriers,
};
