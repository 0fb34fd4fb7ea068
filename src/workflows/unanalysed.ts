/** A critical event that the model gave no decision on: people are told, the lane is given back, and it is looked at again. */
import { sleep } from '@temporalio/workflow';
import type { CycleInput, GatherResult, PlannedAction } from '../domain/cycle.js';
import type { FailureKind } from '../domain/turn.js';
import { record, vendor } from './activity-stubs.js';
import type { CycleView } from './cycle-view.js';
import { holdLane } from './lane.js';
import { type Decided, reason } from './reason.js';

export type Reasoned = Decided | { readonly kind: 'pointless'; readonly why: string };

export interface Story {
  readonly input: CycleInput;
  readonly view: CycleView;
  carryOut(actions: readonly PlannedAction[]): Promise<void>;
}

type Critical = GatherResult & Required<Pick<GatherResult, 'critical'>>;

/**
 * The activity says how often, so that this comes to its end. Where another cycle told people of the subject and waits to look
 * at it again, this one waits for the model as an event does that is not critical, so that it is answered too.
 */
export async function analyseLater(story: Story, gathered: Critical, first: Decided): Promise<Reasoned> {
  const { input, view } = story;
  const { critical, title } = gathered;
  const failures: FailureKind[] = [];
  let failed = first;
  for (let round = 1; ; round += 1) {
    failures.push(failed.failureKind ?? 'stopped');
    const { contextHash } = failed;
    const { escalation, againAfterMs } = await record.noteUnanalysed({
      cycle: input,
      contextHash,
      title,
      critical,
      failures: [...failures],
    });
    if (escalation === null && round === 1) {
      const { critical: _, ...patient } = gathered;
      return failed.failureKind === 'unavailable' ? reason({ ...input, round }, patient, view) : failed;
    }
    await story.carryOut(escalation === null ? [] : [escalation]);
    if (againAfterMs === null) {
      return failed;
    }
    const again = await lookAgain(story, gathered, { round, againAfterMs });
    if (again.kind === 'pointless' || again.failure === null) {
      return again;
    }
    failed = again;
  }
}

/** As it stands then: what is closed or muted meanwhile needs nobody any more. */
async function lookAgain(
  { input, view }: Story,
  { critical }: Critical,
  { round, againAfterMs }: { readonly round: number; readonly againAfterMs: number },
): Promise<Reasoned> {
  const at = new Date(Date.now() + againAfterMs).toISOString();
  const waitsFor = `not analysed: ${critical.why}; looked at again at ${at}`;
  view.at('decide', waitsFor);
  await record.parkCycle({ cycleId: input.cycleId, waitsFor });
  await sleep(againAfterMs, { summary: 'waiting to look at it again with the model' });
  await holdLane(input);
  const now = { ...input, round };
  view.at('gather', 'gathering context again');
  const gathered = await vendor.gatherContext(now);
  return gathered.nothingToDo === null
    ? reason(now, { ...gathered, critical }, view)
    : { kind: 'pointless', why: gathered.nothingToDo };
}
