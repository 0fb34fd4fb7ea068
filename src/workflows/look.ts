/** A look at the event: what was read, and what the model makes of it. Read anew where the model had to be waited for. */
import { patched, sleep } from '@temporalio/workflow';
import type { CycleInput, GatherResult, PlannedAction } from '../domain/cycle.js';
import { record, vendor } from './activity-stubs.js';
import type { CycleView } from './cycle-view.js';
import { holdLane } from './lane.js';
import { type Decided, reason } from './reason.js';

export type Reasoned = Decided | { readonly kind: 'pointless'; readonly why: string };

export interface Story {
  readonly input: CycleInput;
  readonly view: CycleView;
  /** How many later looks there were: each has a number of its own, from 1 on. */
  rounds: number;
  carryOut(actions: readonly PlannedAction[]): Promise<void>;
}

export interface Looked {
  readonly reasoned: Reasoned;
  /** What it was decided by. */
  readonly gathered: GatherResult;
}

/**
 * @param isPatient it waits for the model as long as that takes, also where it is found to be critical: people were told
 * @param cycle the round that read it; left out: the first look
 */
export async function look(
  story: Story,
  gathered: GatherResult,
  {
    isPatient = false,
    cycle = story.input,
  }: { readonly isPatient?: boolean; readonly cycle?: CycleInput } = {},
): Promise<Looked> {
  const seen = isPatient ? withoutHaste(gathered) : gathered;
  const reasoned = await reason(cycle, seen, story.view);
  if (reasoned.kind !== 'anew') {
    return { reasoned, gathered };
  }
  if (reasoned.givesWayMs !== undefined && patched('a-waiting-cycle-gives-way')) {
    await giveWay(story, reasoned.why, reasoned.givesWayMs);
  }
  const again = await gatherAgain(story);
  if (again.gathered.nothingToDo !== null) {
    return { reasoned: { kind: 'pointless', why: again.gathered.nothingToDo }, gathered: again.gathered };
  }
  return look(story, { ...criticalOf(gathered), ...again.gathered }, { isPatient, cycle: again.cycle });
}

/** As it stands now: what is closed or muted meanwhile needs nobody any more. */
export async function gatherAgain(
  story: Story,
): Promise<{ readonly gathered: GatherResult; readonly cycle: CycleInput }> {
  story.rounds += 1;
  const cycle = { ...story.input, round: story.rounds };
  story.view.at('gather', 'gathering context again');
  return { gathered: await vendor.gatherContext(cycle), cycle };
}

async function giveWay({ input, view }: Story, why: string, forMs: number): Promise<void> {
  const waitsFor = `waits for the model; ${why}`;
  view.at('decide', waitsFor);
  await record.parkCycle({ cycleId: input.cycleId, waitsFor });
  await sleep(forMs, { summary: 'giving way to what may be critical' });
  await holdLane(input);
}

function withoutHaste(gathered: GatherResult): GatherResult {
  const { critical: _, ...patient } = gathered;
  return patient;
}

/** What was critical once is: people wait to hear of it. */
function criticalOf({ critical }: GatherResult): Pick<GatherResult, 'critical'> {
  return critical === undefined ? {} : { critical };
}
