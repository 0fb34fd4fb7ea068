/** Whoever asked something that came to nothing is told so by code, where it was asked: silence looks like an agent that is broken. */
import { projectsWrittenTo } from '../domain/action.js';
import { WORDS_TO_ASKER } from '../domain/asked-end.js';
import { cautiousByLevel, isLess } from '../domain/autonomy.js';
import { type ActionOrigin, type CycleInput, eventsOf, type PlannedAction } from '../domain/cycle.js';
import type { PmEvent } from '../domain/event.js';
import { subjectScope } from '../domain/limit.js';
import { mentionPattern } from '../domain/mention.js';
import { isNamedIn, spokenToIn } from '../domain/routing.js';
import { OWN_RULE_NAMES } from '../domain/rule-names.js';
import { replyTo } from './attention/acknowledgement.js';
import { type CodeActionDeps, codeAction } from './code-action.js';
import type { RecordActivities } from './contract.js';
import type { ActivityDeps } from './dependencies.js';
import { levelsNow, lowestLevel } from './plan/levels.js';
import { currentRunId } from './step.js';

type Deps = AnswerDeps & Pick<ActivityDeps, 'mirror' | 'agent' | 'pause'>;
type AnswerDeps = CodeActionDeps & Parameters<typeof levelsNow>[0];

/** Idempotent by cycle: its ledger holds one word, whichever try wrote it. */
export function createAnswerAsker(deps: Deps): RecordActivities['answerAsker'] {
  return async ({ cycle, asked, end }) => {
    if (end === 'cycle_failed') {
      if (isPaused(deps)) {
        return null;
      }
      // What failed may be just what makes the cycle's row, and the word is a row under it.
      await deps.mirror.startCycle(cycle, currentRunId());
    }
    const planned = await answerTo(deps, cycle, {
      asked: askedByQuestion(deps, cycle, asked),
      text: WORDS_TO_ASKER[end],
      rule: OWN_RULE_NAMES.unanswered,
      origin: 'asked',
    });
    if (planned !== null) {
      await deps.mirror.recordOwnAction({ cycleId: cycle.cycleId, planned });
    }
    return planned;
  };
}

/** A cycle that failed holds its lane until its word went: not for as long as people hold everything back. */
function isPaused({ pause }: Pick<Deps, 'pause'>): boolean {
  try {
    return pause() !== null;
  } catch {
    return true;
  }
}

/** Null where people talked to each other: a word of failure to each of their messages would be worse than none. */
function askedByQuestion(
  { agent }: Pick<Deps, 'agent'>,
  cycle: CycleInput,
  asked: number | null,
): number | null {
  const events = eventsOf(cycle);
  // Its accounts at the vendors are not asked for: what could not be read may be just these vendors.
  const mention = mentionPattern([agent.name], []);
  const index = asked ?? spokenToIn(events, mention);
  const event = index === null ? undefined : events[index];
  return event?.type === 'thread_message' && !isNamedIn(event, mention) ? null : index;
}

interface Answer {
  /** Which of the cycle's events; null: nobody asked. */
  readonly asked: number | null;
  readonly text: string;
  readonly rule: string;
  readonly origin: ActionOrigin;
}

/** A cycle gives one such answer at most: it has one end. Null where nobody asked, or nothing was said that could be replied to. */
export async function answerTo(
  deps: AnswerDeps,
  cycle: CycleInput,
  { asked, text, rule, origin }: Answer,
): Promise<PlannedAction | null> {
  const event = asked === null ? undefined : eventsOf(cycle)[asked];
  const action = event === undefined ? null : replyTo(event, text);
  if (event === undefined || action === null) {
    return null;
  }
  const answer = {
    actionId: `${cycle.cycleId}.m2`,
    action,
    origin,
    rule,
    refusal: null,
    countsAgainst: [subjectScope(cycle.event.subject)],
  };
  return silentByLevel(deps, codeAction(answer, event, deps), event);
}

/** Where the team lets the agent watch or suggest only, it writes nothing by itself: that it has no answer is no exception. */
async function silentByLevel(
  deps: AnswerDeps,
  planned: PlannedAction,
  { project }: PmEvent,
): Promise<PlannedAction> {
  const { action } = planned;
  const written = projectsWrittenTo(action);
  const { key, standing } = lowestLevel(action.kind, written, project, await levelsNow(deps));
  return isLess(standing.level, 'approve')
    ? { ...cautiousByLevel(planned, key, standing.level), verdict: 'never' }
    : planned;
}
