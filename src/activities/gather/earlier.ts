/** What was decided before, and what people made of it: facts for the next decision, never orders to it. */
import type { EarlierAction, EarlierCycle } from '../../audit/earlier.js';
import { canonicalJson } from '../../domain/canonical-json.js';
import { cutText } from '../../domain/cut-text.js';
import type { CycleInput } from '../../domain/cycle.js';
import { flagsOf } from '../../domain/flags/flags-of.js';
import type { ActivityDeps } from '../dependencies.js';
import type { Collector } from './collector.js';

/** Cycles of the subject that proposed something. */
const ON_SUBJECT = 5;
/** Rejections with a reason, and edits, elsewhere in the project. No further: a reason is as private as its place. */
const IN_PROJECT = 5;
/** Requests, of either verdict, by which kinds of action are counted over all projects. */
const COUNTED = 200;
/** Longest text of any kind in what is told of before. */
const TEXT_LIMIT = 300;
/** Actions told of one cycle. */
const ACTIONS_LIMIT = 5;

const SOURCE = 'pm-agent';

/** Adds them oldest first, this subject's last: what has to be given up for room is the oldest. */
export async function addEarlier(
  { mirror }: Pick<ActivityDeps, 'mirror'>,
  { cycleId, event, round = 0 }: CycleInput,
  collector: Collector,
): Promise<void> {
  const { subject, project } = event;
  const elsewhere =
    project === null ? [] : await mirror.lessons({ project, besides: subject, limit: IN_PROJECT });
  // In a later look the cycle itself told people before.
  const before = round === 0 ? cycleId : '';
  const here = await mirror.earlierCycles({ subject, before, limit: ON_SUBJECT, acted: true });
  await addVerdicts(mirror, project, collector);
  for (const cycle of elsewhere.toReversed()) {
    addLesson(collector, cycle);
  }
  for (const cycle of here.toReversed()) {
    addEarlierCycle(collector, cycle);
  }
}

export function addEarlierCycle(collector: Collector, cycle: EarlierCycle): void {
  collector.add('earlier', 'earlier', SOURCE, dataOf(cycle));
}

/** What the item is, for whoever reads it: nothing in it was written by anybody. */
const VERDICTS =
  'how often people here, and in all other projects together, approved, edited and rejected each kind of action';

/** By the kind of action memory goes over all projects, and so it is told in numbers: words stay where they were said. */
async function addVerdicts(
  mirror: ActivityDeps['mirror'],
  project: string | null,
  collector: Collector,
): Promise<void> {
  const kinds = await mirror.verdictCounts({ project: project ?? '', limit: COUNTED });
  if (kinds.some(({ elsewhere: { approved, rejected } }) => approved + rejected > 0)) {
    collector.add('earlier', 'earlier-kinds', SOURCE, { what: VERDICTS, kinds });
  }
}

/** Words that look like an order flag the event that they are read for: another subject's shall not take that far. */
function addLesson(collector: Collector, cycle: EarlierCycle): void {
  const data = dataOf(cycle);
  if (isFlagged(data)) {
    collector.leaveOut(`what was decided on ${cycle.subject}: its words look like orders`);
  } else {
    collector.add('earlier', 'earlier', SOURCE, data);
  }
}

function isFlagged(data: Readonly<Record<string, unknown>>): boolean {
  const item = { id: 'earlier', kind: 'earlier', source: SOURCE, fetchedAt: '', hash: '', data } as const;
  return flagsOf([], { items: [item] }).length > 0;
}

function dataOf({ summary, actions, ...cycle }: EarlierCycle): Readonly<Record<string, unknown>> {
  return {
    ...cycle,
    summary: cutText(summary, TEXT_LIMIT),
    actions: actions.slice(0, ACTIONS_LIMIT).map(toldAction),
  };
}

function toldAction({ reason, edited, ...action }: EarlierAction) {
  return {
    ...action,
    reason: reason === null ? null : cutText(reason, TEXT_LIMIT),
    ...(edited === null ? {} : { edited: changesOf(Object(edited.proposed), Object(edited.became)) }),
  };
}

type Payload = Readonly<Record<string, unknown>>;

/** What a person changed, member by member. */
function changesOf(proposed: Payload, became: Payload) {
  return [...new Set([...Object.keys(proposed), ...Object.keys(became)])]
    .filter((member) => shown(proposed[member]) !== shown(became[member]))
    .map((member) => ({ member, from: told(proposed[member]), to: told(became[member]) }));
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : canonicalJson(value ?? null);
}

function told(value: unknown): string {
  return cutText(shown(value), TEXT_LIMIT);
}
