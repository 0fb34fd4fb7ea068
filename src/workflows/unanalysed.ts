/** A critical event that the model gave no decision on: people are told, the lane is given back, and it is looked at again. */
import { sleep } from '@temporalio/workflow';
import type { GatherResult } from '../domain/cycle.js';
import type { FailureKind } from '../domain/turn.js';
import { record } from './activity-stubs.js';
import { holdLane } from './lane.js';
import { gatherAgain, type Looked, look, type Story } from './look.js';
import type { Decided } from './reason.js';

type Critical = GatherResult & Required<Pick<GatherResult, 'critical'>>;

/**
 * The activity says how often, so that this comes to its end. Where another cycle told people of the subject and waits to look
 * at it again, this one waits for the model as an event does that is not critical, so that it is answered too.
 */
export async function analyseLater(story: Story, gathered: Critical, first: Decided): Promise<Looked> {
  const { input } = story;
  const { critical, title } = gathered;
  const failures: FailureKind[] = [];
  let failed = first;
  for (;;) {
    failures.push(failed.failureKind ?? 'stopped');
    const { contextHash } = failed;
    const { escalation, againAfterMs } = await record.noteUnanalysed({
      cycle: input,
      contextHash,
      title,
      critical,
      failures: [...failures],
    });
    if (escalation === null && failures.length === 1) {
      return failed.failureKind === 'unavailable'
        ? waitForIt(story, gathered)
        : { reasoned: failed, gathered };
    }
    await story.carryOut(escalation === null ? [] : [escalation]);
    if (againAfterMs === null) {
      return { reasoned: failed, gathered };
    }
    const again = await lookAgain(story, gathered, againAfterMs);
    if (again.reasoned.kind === 'pointless' || again.reasoned.failure === null) {
      return again;
    }
    failed = again.reasoned;
  }
}

function waitForIt(story: Story, gathered: Critical): Promise<Looked> {
  story.rounds += 1;
  return look(story, gathered, { isPatient: true, cycle: { ...story.input, round: story.rounds } });
}

async function lookAgain(story: Story, { critical }: Critical, againAfterMs: number): Promise<Looked> {
  const { input, view } = story;
  const at = new Date(Date.now() + againAfterMs).toISOString();
  const waitsFor = `not analysed: ${critical.why}; looked at again at ${at}`;
  view.at('decide', waitsFor);
  await record.parkCycle({ cycleId: input.cycleId, waitsFor });
  await sleep(againAfterMs, { summary: 'waiting to look at it again with the model' });
  await holdLane(input);
  const { gathered, cycle } = await gatherAgain(story);
  return gathered.nothingToDo === null
    ? look(story, { ...gathered, critical }, { cycle })
    : { reasoned: { kind: 'pointless', why: gathered.nothingToDo }, gathered };
}
