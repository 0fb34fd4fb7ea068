/** Effects that come about as all do: a person asks, the model proposes, the policy lets it go. For some kinds of action. */
import { EFFECT_KINDS, type Place, REPOSITORY, type SoakKind } from '../soak/effects/kinds.js';
import { placesOf } from '../soak/effects/places.js';
import { eventually } from './eventually.js';
import type { Parts } from './parts.js';
import { type CycleView, json, makeTrouble, scriptModel } from './vendor-trouble.js';

/** One of each way to find again what was made: its mark at three vendors, the search, how it stands, an edited note. */
export const ASKED_KINDS = [
  'jira.comment',
  'jira.transition',
  'jira.create_issue',
  'slack.message',
  'bitbucket.pr_comment',
  'note on an issue',
] as const satisfies readonly SoakKind[];

/** pm-agent.yaml by which all of them go by themselves, as many as there are. */
export const ASKED_CONFIG = `
policy: { default: auto }
limits: { actionsPerSubjectPerHour: 1000, messagesPerChannelPerHour: 1000 }
budgets: { perProjectPerDay: 1000, perDay: 1000 }
teams:
  - { id: web, jira: { projects: [WEB] }, bitbucket: { repositories: [${REPOSITORY}] }, slack: { channel: C0WEB } }
`;

export interface Asked {
  readonly kind: SoakKind;
  readonly place: Place;
  readonly cycleId: string;
}

/** Far more than it takes. */
const WEBHOOK_WITHIN_MS = 60_000;
/** In one call. */
const MOST_TOGETHER = 100;

type System = Pick<Parts, 'api' | 'sandbox'>;

interface Asking {
  /** Tells these from others. */
  readonly n: number;
  readonly kinds: readonly SoakKind[];
  /** Called once, when what they need is made and before any of them can be written. */
  readonly beforeWrites?: () => Promise<void>;
}

/**
 * Asks for one effect of each of these kinds, together, each at a place of its own; answers their cycles. Takes over the
 * model's script and keeps back webhooks of what it makes. People write to Jira's v2, the agent to v3.
 */
export async function askEffects(
  system: System,
  { n, kinds, beforeWrites }: Asking,
): Promise<readonly Asked[]> {
  await makeTrouble(
    system,
    { vendor: 'jira', kind: 'lose_webhook', match: '^jira:issue_created$', times: 1_000 },
    { vendor: 'bitbucket', kind: 'lose_webhook', match: '^pullrequest:created$', times: 1_000 },
  );
  const wanted = await Promise.all(
    kinds.map(async (kind, i) => {
      const [place] = await placesOf(system.sandbox, { n: n * MOST_TOGETHER + i, kinds: [kind] });
      return { kind, place: place as Place };
    }),
  );
  await scriptModel(
    system,
    wanted.map(({ kind, place }) => ({
      match: `${wishOf(place)}\\b`,
      actions: [EFFECT_KINDS[kind].action(place)],
    })),
  );
  const onPullRequests = wanted.filter(isOnPullRequest);
  // On a pull request both write by the same call, so these questions come first; no answer is as fast as they are.
  const first = await Promise.all(onPullRequests.map((one) => askOnPullRequest(system, one)));
  await beforeWrites?.();
  const rest = wanted.filter((one) => !isOnPullRequest(one)).map((one) => askOnIssue(system, one));
  return Promise.all([...first, ...(await Promise.all(rest))].map((one) => withCycle(system, one)));
}

type Wanted = Omit<Asked, 'cycleId'>;

interface Question extends Wanted {
  readonly subject: string;
}

function isOnPullRequest({ kind }: Wanted): boolean {
  return kind === 'bitbucket.pr_comment';
}

/** What the question names; the effect's own word would make it look like the effect. */
const wishOf = ({ word }: Place): string => word.replace('effect', 'wish');

const textOf = (place: Place): string => `@PM Agent please see to ${wishOf(place)}`;

async function askOnPullRequest({ sandbox }: System, wanted: Wanted): Promise<Question> {
  const id = wanted.place.runPullRequest;
  const path = `/bitbucket/repositories/${REPOSITORY}/pullrequests/${id}/comments`;
  await json(`${sandbox}${path}`, asAna('ana', { content: { raw: textOf(wanted.place) } }));
  return { ...wanted, subject: `bitbucket:${REPOSITORY}#${id}` };
}

async function askOnIssue({ sandbox }: System, wanted: Wanted): Promise<Question> {
  const { kind, place } = wanted;
  const key = kind === 'jira.comment' ? place.runIssue : place.ownIssue;
  const path = `/jira/rest/api/2/issue/${key}/comment`;
  await json(`${sandbox}${path}`, asAna('ana@acme.example', { body: textOf(place) }));
  return { ...wanted, subject: `jira:${key}` };
}

function asAna(name: string, body: unknown): RequestInit {
  const authorization = `Basic ${Buffer.from(`${name}:any`).toString('base64')}`;
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify(body),
  };
}

/** The vendor sends its webhook by itself. */
async function withCycle({ api }: System, { subject, ...wanted }: Question): Promise<Asked> {
  const address = `${api}/api/cycles?subject=${encodeURIComponent(subject)}`;
  return eventually(async () => {
    const { items } = await json<{ items: CycleView[] }>(address);
    const [cycle] = items;
    if (cycle === undefined || items.length > 1) {
      throw new Error(`${items.length} cycles about ${subject}`);
    }
    return { ...wanted, cycleId: cycle.id };
  }, WEBHOOK_WITHIN_MS);
}
