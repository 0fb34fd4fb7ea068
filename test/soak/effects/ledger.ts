/** What the soak knows of its effects: in Temporal's place it remembers which ended, and tries the others again. */
import { createHash } from 'node:crypto';
import { targetOf } from '../../../src/domain/action.js';
import { canonicalJson } from '../../../src/domain/canonical-json.js';
import type { CycleInput, PlannedAction } from '../../../src/domain/cycle.js';
import { undoIdOf } from '../../../src/domain/undo.js';
import type { Line, Task } from './job.js';
import { EFFECT_KINDS, type Place, type SoakKind } from './kinds.js';
import type { PlannedCrash } from './plan.js';

export interface Effect {
  readonly kind: SoakKind;
  readonly cycle: CycleInput;
  readonly planned: PlannedAction;
  readonly place: Place;
  /** The try that takes it back, where this is one; null for an effect. */
  readonly undoId: string | null;
  attempts: number;
  /** Null: not ended yet. */
  ended: { readonly status: string; readonly message: string; readonly remoteId: string | null } | null;
}

/** The effects of one run, each of a cycle of its own. */
export function effectsOf(
  { n, kinds }: Pick<PlannedCrash, 'n' | 'kinds'>,
  places: readonly Place[],
): readonly Effect[] {
  return kinds.map((kind, i) => {
    const place = places[i] as Place;
    const cycleId = `cycle-jira-effects-${n}-${i}`;
    const action = EFFECT_KINDS[kind].action(place);
    const planned: PlannedAction = {
      actionId: `${cycleId}.a1`,
      action,
      target: targetOf(action),
      hash: createHash('sha256').update(canonicalJson(action)).digest('hex'),
      verdict: 'auto',
      rule: 'default',
      policyVersion: 'soak',
      risk: 'G1',
      approvers: {},
      deciders: null,
      refusal: null,
    };
    return { kind, cycle: cycleOf(cycleId, place), planned, place, undoId: null, attempts: 0, ended: null };
  });
}

function cycleOf(cycleId: string, { ownIssue }: Place): CycleInput {
  return {
    cycleId,
    eventId: `evt_${cycleId}`,
    event: {
      type: 'comment_created',
      source: 'jira',
      tenant: 'default',
      subject: `jira:${ownIssue}`,
      project: 'WEB',
      changeKey: `soak:${cycleId}`,
      occurredAt: new Date().toISOString(),
      actor: { id: 'soak', name: 'Soak', isBot: false },
      issue: { id: null, key: ownIssue, summary: 'Soak' },
      comment: { id: cycleId, text: 'soak' },
    },
    receivedAt: new Date().toISOString(),
    fence: 1,
    coalescedInto: null,
    alsoAnswers: [],
    approvalTimeoutMs: 60_000,
  };
}

/** The next attempt of this effect. */
export function nextTask(effect: Effect): Task {
  const { kind, cycle, planned, undoId } = effect;
  return { kind, cycle, planned, undoId, attempt: effect.attempts + 1 };
}

/** The try that takes an effect back, as an effect of its own. */
export function undoOf(effect: Effect): Effect {
  return { ...effect, undoId: undoIdOf(effect.planned.actionId, 1), attempts: 0, ended: null };
}

/** Those that stand at their vendors and that nobody began to take back. */
export function standing(effects: ReadonlyMap<string, Effect>): readonly Effect[] {
  return Array.from(effects.values()).filter(
    ({ kind, planned, undoId, ended }) =>
      undoId === null &&
      ended?.status === 'executed' &&
      EFFECT_KINDS[kind].undo !== null &&
      // A link whose id Jira did not tell cannot be taken back, and says so.
      (kind !== 'jira.link' || ended.remoteId !== null) &&
      !effects.has(undoIdOf(planned.actionId, 1)),
  );
}

/** Takes in what a worker printed before it ended. Answers how many attempts it left open. */
export function takeIn(effects: ReadonlyMap<string, Effect>, lines: readonly Line[]): number {
  let open = 0;
  for (const { what, actionId, status = '', message = '', remoteId = null } of lines) {
    const effect = effects.get(actionId);
    if (effect === undefined) {
      throw new Error(`a worker told of ${actionId}, which nobody planned`);
    }
    if (what === 'began') {
      effect.attempts += 1;
      open += 1;
    } else {
      open -= 1;
      effect.ended = what === 'ended' ? { status, message, remoteId } : null;
    }
  }
  return open;
}
