import type { Config } from '../../config/config.js';
import { type ClientConfig, loadClientConfig } from '../../config/load.js';
import { type Check, type Finding, fail, ok, type Patient, warn } from '../check.js';
import { get, head } from '../http.js';

/** Beyond these a person should look, and Slack's deliveries are refused. Milliseconds. */
const ODD_MS = 60_000;
const REFUSED_MS = 5 * 60_000;
/** `Date` has whole seconds: on average half of one has passed. */
const HALF_SECOND_MS = 500;
const UNKNOWN_ADVICE = 'correct what the checks of the vendors say, then compare again';
const ADVICE =
  'set the clock of this machine by NTP (timedatectl, chronyc tracking); docs/operations.md says what was missed';

export const clock: Check = {
  name: 'clock',
  asksOthers: true,
  run: async (patient) => {
    const measured = await measure(patient);
    const rejects = await skewRejects(loadClientConfig(patient.env));
    const turnedAway =
      rejects === 0
        ? ''
        : `; ${rejects} signed deliveries were turned away for their time since the API started`;
    if (measured === null) {
      return warn(
        `not compared: no vendor told the time${turnedAway}`,
        turnedAway === '' ? UNKNOWN_ADVICE : ADVICE,
      );
    }
    return judgeSkew(measured, turnedAway);
  },
};

interface Measured {
  readonly host: string;
  /** Our clock less theirs, milliseconds. */
  readonly skewMs: number;
}

function judgeSkew({ host, skewMs }: Measured, turnedAway: string): Finding {
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  const message = `${seconds} s ${skewMs < 0 ? 'behind' : 'ahead of'} ${host}${turnedAway}`;
  if (Math.abs(skewMs) >= REFUSED_MS) {
    return fail(`${message}: what Slack signs is refused`, ADVICE);
  }
  return Math.abs(skewMs) >= ODD_MS || turnedAway !== '' ? warn(message, ADVICE) : ok(message);
}

/** By the first that answers: a real vendor's clock before the sandbox's, which is this machine's own. */
async function measure({ config, now }: Patient): Promise<Measured | null> {
  for (const url of clocksOf(config)) {
    const askedAt = now();
    const date = await head(url)
      .then(({ headers }) => Date.parse(headers.get('date') ?? ''))
      .catch(() => Number.NaN);
    if (!Number.isNaN(date)) {
      const between = (askedAt + now()) / 2;
      return { host: new URL(url).host, skewMs: between - (date + HALF_SECOND_MS) };
    }
  }
  return null;
}

function clocksOf({ jira, bitbucket, slack, claude }: Config): readonly string[] {
  return [slack, jira, bitbucket, claude]
    .toSorted((left, right) => Number(left.sandboxed) - Number(right.sandboxed))
    .map(({ baseUrl }) => baseUrl);
}

/** As the running API counted them; 0 where it does not run or does not tell. */
async function skewRejects({ url, token }: ClientConfig): Promise<number> {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const text = await get(`${url}/metrics`, headers)
    .then((answer) => answer.text)
    .catch(() => '');
  const counts = [...text.matchAll(/^pm_agent_webhook_skew_rejects_total\{[^}]*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}
