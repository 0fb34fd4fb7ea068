import { oneLine, usd } from '../table.js';
import type { FirstLooksView, FirstLookView } from './views.js';

const WORDS_WIDTH = 100;

export const TRIAGE_OPTION =
  'ask the model that decides also about what stands before it would drop, and tell what that loses';

interface LookedAt {
  readonly caseId: string;
  readonly title: string;
  readonly first?: FirstLookView;
}

/** What the first look kept from the model that decides, and each case that was lost by it; nothing where none was asked for. */
export function tellFirstLooks(
  looks: FirstLooksView | null | undefined,
  results: readonly LookedAt[],
): readonly string[] {
  if (looks === null || looks === undefined) {
    return [];
  }
  const { cases, byRule, skipped, dropped, hard, costUsd } = looks;
  return [
    `First look: ${cases} cases (${byRule} by rule), ${skipped} skipped, ${hard} found hard, ${usd(costUsd)}; ${dropped} dropped although the model would have acted`,
    ...results.flatMap(({ caseId, title, first }) =>
      first?.dropped === true
        ? [`  dropped  ${oneLine(title, WORDS_WIDTH)}  ${caseId}: ${oneLine(first.why, WORDS_WIDTH)}`]
        : [],
    ),
    '',
  ];
}
