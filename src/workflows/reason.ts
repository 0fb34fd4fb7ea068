/** Turn by turn to a decision: each turn of the model and each use of a tool is an activity of its own. */
import { patched } from '@temporalio/workflow';
import type { TurnInput } from '../activities/contract.js';
import type { CycleInput, GatherResult } from '../domain/cycle.js';
import type { AskedAnew, FinishedTurn, TurnResult } from '../domain/turn.js';
import { model, vendor } from './activity-stubs.js';
import type { CycleView } from './cycle-view.js';

export type Decided = Extract<TurnResult, { kind: 'decided' }>;

/** The small model looks first where no rule says otherwise; most events end there. */
export async function reason(
  cycle: CycleInput,
  gathered: GatherResult,
  view: CycleView,
): Promise<Decided | AskedAnew> {
  const { contextHash, critical } = gathered;
  view.at('decide', 'reasoning');
  if (!patched('reasoning-in-turns')) {
    return {
      ...(await model.decide({ cycle, contextHash })),
      kind: 'decided',
      failureKind: null,
      contextHash,
    };
  }
  if (gathered.triage !== true || critical !== undefined || !patched('triage')) {
    return converse(cycle, contextHash, view, {
      ...(gathered.hard === undefined ? {} : { route: 'hard' }),
      ...(critical === undefined ? {} : { soon: true }),
    });
  }
  const triaged = await model.triage.executeWithOptions(
    { summary: 'Ask the small model whether this needs more' },
    [{ cycle, contextHash, mayAskAnew: true }],
  );
  if ('kind' in triaged) {
    return triaged;
  }
  const { route, decision } = triaged;
  return decision === null
    ? converse(cycle, contextHash, view, { route })
    : { kind: 'decided', decision, failure: null, failureKind: null, costUsd: 0, contextHash };
}

/** The activity says which turn is the last, so that this comes to its end. */
async function converse(
  cycle: CycleInput,
  contextHash: string,
  view: CycleView,
  asked: Pick<TurnInput, 'route' | 'soon'>,
): Promise<Decided | AskedAnew> {
  const turns: FinishedTurn[] = [];
  for (;;) {
    const turn = await model.takeTurn.executeWithOptions(
      { summary: `Ask the model what should happen (turn ${turns.length + 1})` },
      [{ cycle, contextHash, turns, ...asked, mayAskAnew: true }],
    );
    if (turn.kind !== 'asked') {
      return turn;
    }
    const { reply, calls, costUsd } = turn;
    view.at('decide', calls.length === 0 ? 'reasoning' : `reading more (turn ${turns.length + 1})`);
    const results = await Promise.all(
      calls.map((call) =>
        vendor.useTool.executeWithOptions({ summary: call.summary }, [{ cycle, contextHash, reply, call }]),
      ),
    );
    turns.push({ reply, results, costUsd });
  }
}
