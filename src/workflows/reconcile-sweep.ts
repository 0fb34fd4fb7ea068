/** The story of one sweep: plan → every scope page by page, each vendor's at its own pace → what was found. */
import {
  ActivityFailure,
  ApplicationFailure,
  continueAsNew,
  isCancellation,
  log,
  setCurrentDetails,
} from '@temporalio/workflow';
import {
  type OpenScope,
  SCOPE_KINDS,
  type SweepInput,
  type SweepResult,
  type SweptScope,
  scopeId,
} from '../domain/sweep.js';
import { sweep } from './activity-stubs.js';
import { causeOf } from './failure.js';

/** Of one vendor: then a new run goes on, so that no history grows with the gap. */
const PAGES_PER_RUN = 60;

/** Begun with null, by a schedule. A vendor that is away is left to the next sweep, and stops no other. */
export async function reconcileSweep(input: SweepInput): Promise<SweepResult> {
  const { startedAt, open, swept } = input ?? (await begin());
  const lanes = await Promise.all(byVendor(open).map((scopes) => readLane(startedAt, scopes)));
  const ended = [...swept, ...lanes.flatMap((lane) => lane.swept)];
  const left = lanes.flatMap((lane) => lane.open);
  setCurrentDetails(sentenceOf(ended, left));
  if (left.length > 0) {
    return continueAsNew<typeof reconcileSweep>({ startedAt, open: left, swept: ended });
  }
  return { startedAt, scopes: ended };
}

async function begin(): Promise<NonNullable<SweepInput>> {
  const { startedAt, scopes } = await sweep.planSweep();
  return {
    startedAt,
    open: scopes.map((scope) => ({ scope, cursor: null, looked: 0, found: 0 })),
    swept: [],
  };
}

function byVendor(open: readonly OpenScope[]): readonly (readonly OpenScope[])[] {
  const vendors = new Set(open.map(({ scope }) => SCOPE_KINDS[scope.kind]));
  return [...vendors].map((vendor) => open.filter(({ scope }) => SCOPE_KINDS[scope.kind] === vendor));
}

interface Lane {
  readonly swept: readonly SweptScope[];
  /** What a new run goes on with. */
  readonly open: readonly OpenScope[];
}

/** The scopes of one vendor, one after the other. */
async function readLane(startedAt: string, scopes: readonly OpenScope[]): Promise<Lane> {
  const waiting = [...scopes];
  const swept: SweptScope[] = [];
  for (let pages = 0; pages < PAGES_PER_RUN; pages++) {
    const next = waiting.shift();
    if (next === undefined) {
      break;
    }
    const end = await readPage(startedAt, next);
    if (end.outcome === 'more') {
      waiting.unshift(end.open);
    } else {
      swept.push(end.swept);
    }
    if (end.outcome === 'away') {
      swept.push(...waiting.splice(0).map((open) => sweptOf(open, end.swept.problem)));
    }
  }
  return { swept, open: waiting };
}

type PageEnd =
  | { readonly outcome: 'more'; readonly open: OpenScope }
  /** Read to its end, or it cannot be read. */
  | { readonly outcome: 'ended'; readonly swept: SweptScope }
  /** The vendor does not answer: nothing else of it will be read either. */
  | { readonly outcome: 'away'; readonly swept: SweptScope };

async function readPage(startedAt: string, open: OpenScope): Promise<PageEnd> {
  const { scope, cursor } = open;
  try {
    const page = await sweep.sweepPage({ scope, startedAt, cursor });
    const read = { ...open, looked: open.looked + page.looked, found: open.found + page.found };
    return page.cursor === null
      ? { outcome: 'ended', swept: sweptOf(read, null) }
      : { outcome: 'more', open: { ...read, cursor: page.cursor } };
  } catch (error) {
    if (isCancellation(error)) {
      throw error;
    }
    const problem = causeOf(error);
    log.warn('the sweep could not read all; the next one begins there', { scope: scopeId(scope), problem });
    return { outcome: isRefusal(error) ? 'ended' : 'away', swept: sweptOf(open, problem) };
  }
}

/** It was answered, and asking again will not help: a project or repository that is not there, or not ours to read. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof ActivityFailure &&
    error.cause instanceof ApplicationFailure &&
    error.cause.nonRetryable === true
  );
}

function sweptOf({ scope, looked, found }: OpenScope, problem: string | null): SweptScope {
  return { scope: scopeId(scope), looked, found, problem };
}

function sentenceOf(swept: readonly SweptScope[], open: readonly OpenScope[]): string {
  const all = [...swept, ...open];
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  const looked = sum(all.map((one) => one.looked));
  const found = sum(all.map((one) => one.found));
  const unread = swept.filter((one) => one.problem !== null).length;
  return `Looked at ${looked} things in ${all.length} places, found ${found} changes that no webhook told of${
    unread === 0 ? '' : `; ${unread} places could not be read`
  }.`;
}
