/**
 * A question to the model that waited: what it is about may have changed, and something that people have to hear of may wait
 * behind it. Then it is not asked as it stands; the cycle reads anew and asks again.
 */
import { type ApplicationFailure, Context, log } from '@temporalio/activity';
import { mayBeCritical } from '../../domain/critical.js';
import type { AskedAnew } from '../../domain/turn.js';
import { isWait } from '../../integrations/integration-error.js';
import type { TriageInput, TurnInput } from '../contract.js';
import type { ActivityDeps } from '../dependencies.js';
import { soonerFailure, toActivityFailure } from '../failure.js';
import { loadContext } from '../stored-context.js';

/** Longer than any turn is waited for (`LONGEST_WAIT_MS`), shorter than people take to answer a question themselves. */
const OLD_AFTER_MS = 5 * 60_000;
/** A burst of calls is waited out by then. */
const GIVES_WAY_AFTER_MS = 30_000;
/** The relay hands a free lane on within a tenth of a second, and to whoever asks for it back as well. */
const GIVES_WAY_MS = 30_000;
/** Who waits looks so often whether it keeps something waiting, however long a pause the vendor asked for. */
const LOOKS_EVERY_MS = 60_000;

type Asked = TriageInput & Partial<Pick<TurnInput, 'turns' | 'soon'>>;

interface Asking<I> {
  /** Under which its waits are counted. */
  readonly keyOf: (input: I) => string;
  readonly modelOf: (input: I) => string;
}

type Deps = Pick<ActivityDeps, 'mirror' | 'clock' | 'modelHeldBack' | 'waitingEvents' | 'routing'>;

/**
 * - What waited for five minutes is read anew, once the model can be asked: while it cannot, nothing is read.
 * - While it waits it gives way to what may be critical on its subject, which would tell nobody until it has ended.
 */
export function askedAnew<I extends Asked, R>(
  deps: Deps,
  { keyOf, modelOf }: Asking<I>,
  ask: (input: I) => Promise<R>,
): (input: I) => Promise<R | AskedAnew> {
  return async (input) => {
    if (input.mayAskAnew !== true) {
      return ask(input);
    }
    if ((await isOld(deps, input, keyOf(input))) && canBeAsked(deps, modelOf(input))) {
      return { kind: 'anew', why: 'what was read before the model could be asked is out of date' };
    }
    try {
      return await ask(input);
    } catch (error) {
      const failure = toActivityFailure(error);
      if (input.soon === true || !isWaiting(failure)) {
        throw failure;
      }
      if (isKeepingBack(deps, input)) {
        return { kind: 'anew', why: 'it gives way to what may be critical', givesWayMs: GIVES_WAY_MS };
      }
      throw soonerFailure(failure, LOOKS_EVERY_MS);
    }
  };
}

/**
 * How long it waited, or how old a first question is where no worker was there before. Turns that only take long are no wait. Where a
 * question fails by itself, and nobody only made it wait, it is read anew once: else its tries would never end.
 */
async function isOld({ mirror, clock }: Deps, input: Asked, key: string): Promise<boolean> {
  const { attempt, scheduledTimestampMs } = Context.current().info;
  const { readAt } = (input.turns ?? []).length === 0 ? await loadContext(mirror, input.contextHash) : {};
  const since = Math.min(
    scheduledTimestampMs,
    readAt === undefined ? scheduledTimestampMs : Date.parse(readAt),
  );
  if (clock().getTime() - since <= OLD_AFTER_MS) {
    return false;
  }
  return attempt <= 2 || input.cycle.round === undefined || (await mirror.waitsOf(key)) > 0;
}

function canBeAsked({ modelHeldBack }: Deps, model: string): boolean {
  return modelHeldBack({ model, messages: [] }) === null;
}

function isWaiting({ cause, nonRetryable }: ApplicationFailure): boolean {
  return nonRetryable !== true && isWait(cause);
}

function isKeepingBack({ clock, waitingEvents, routing }: Deps, { cycle }: Asked): boolean {
  const { scheduledTimestampMs } = Context.current().info;
  if (clock().getTime() - scheduledTimestampMs < GIVES_WAY_AFTER_MS) {
    return false;
  }
  try {
    return waitingEvents(cycle.event.subject).some((event) =>
      mayBeCritical(event, routing?.criticalPriorities),
    );
  } catch (error) {
    log.warn('what waits on this subject cannot be read', { subject: cycle.event.subject, error });
    return false;
  }
}
