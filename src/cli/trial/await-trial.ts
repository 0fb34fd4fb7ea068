/** Begins a trial run over the API and waits for its end. */
import { type ApiClient, describeFailure, failureOf, member } from '../api-client.js';
import { CommandError, type Io } from '../command.js';

const ASK_EVERY_MS = 500;
/** A worker that runs takes a trial up at once. */
const TAKEN_UP_WITHIN_MS = 30_000;
const SAY_EVERY_MS = 10_000;

interface Progress {
  readonly status: string;
  readonly cases: number;
  readonly done: number;
}

/** The finished trial as the API tells it. @throws CommandError where nobody takes it up, or it failed */
export async function awaitTrial<T extends Progress>(io: Io, api: ApiClient, wanted: object): Promise<T> {
  const begun = await api.ask('POST', '/api/trials', wanted);
  const id = member(begun.body, 'id');
  if (begun.status >= 300 || typeof id !== 'string') {
    throw failureOf(begun);
  }
  let saidAt = Date.now();
  const until = Date.now() + TAKEN_UP_WITHIN_MS;
  for (;;) {
    const answer = await api.ask('GET', `/api/trials/${encodeURIComponent(id)}`);
    if (answer.status === 404 && Date.now() > until) {
      throw new CommandError(
        `no worker took ${id} up within ${TAKEN_UP_WITHIN_MS / 1_000} s; it begins when one runs (pm-agent worker): look at ${api.url}/api/trials/${id}`,
      );
    }
    if (answer.status === 200) {
      const trial = answer.body as T;
      if (trial.status !== 'running') {
        return finished(trial);
      }
      if (Date.now() - saidAt > SAY_EVERY_MS) {
        saidAt = Date.now();
        io.err(`${trial.done} of ${trial.cases} done\n`);
      }
    } else if (answer.status !== 404) {
      throw new CommandError(describeFailure(answer));
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

function finished<T extends Progress>(trial: T): T {
  const error = member(trial, 'error');
  if (trial.status === 'failed') {
    throw new CommandError(typeof error === 'string' ? error : 'the trial failed');
  }
  return trial;
}
