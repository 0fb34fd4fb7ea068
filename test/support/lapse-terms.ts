/** What a lapse costs where pm-agent.yaml says nothing of it, told nowhere. */
import type { LapseTerms } from '../../src/audit/autonomy.js';
import { BUILT_IN_AUTONOMY } from '../../src/domain/autonomy.js';

export const builtInTerms: LapseTerms = { rules: BUILT_IN_AUTONOMY, placesOf: () => [] };
