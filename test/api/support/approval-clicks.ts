/** People at the buttons and forms of approval cards, and the part of the API process that answers them. */
import { createClickAnswerer } from '../../../src/api/approval-clicks.js';
import { createClickNotes, createClickTeller } from '../../../src/api/click-notes.js';
import { withInboxEnds } from '../../../src/api/inbox-ends.js';
import { createLazySlack } from '../../../src/api/lazy-slack.js';
import { createUndoClickAnswerer } from '../../../src/api/undo-clicks.js';
import { outputRulesOf } from '../../../src/config/output-rules.js';
import { openDatabase } from '../../../src/database/open.js';
import type { Person } from '../../../src/domain/approval.js';
import { type ClickQueue, startClickQueue } from '../../../src/inbox/people/click-queue.js';
import { APPROVE_BUTTON, REJECT_FORM } from '../../../src/integrations/slack/approval-button.js';
import { createInboxReader } from '../../../src/worker/inbox-reader.js';
import type { TestSandbox } from '../../sandbox/running-sandbox.js';
import { eventually } from '../../support/eventually.js';
import { quietLog } from '../../support/quiet-log.js';
import { blockActions } from './bodies.js';
import type { StoredCycle } from './stored-cycle.js';
import type { TestApi } from './test-api.js';

const person = (id: string, name: string, slack: string | null, roles: string[] = []): Person => ({
  id,
  name,
  jira: null,
  bitbucket: null,
  slack,
  roles,
});

/** U0ANA leads, U0BO does not, U0EVA is nobody whom pm-agent.yaml knows by that account. */
export const PEOPLE = [
  person('lead-1', 'Ana Lindqvist', 'U0ANA', ['lead']),
  person('dev-1', 'Bo Chen', 'U0BO'),
  person('U0EVA', 'Somebody whose id looks like an account', null, ['lead']),
];
export const LEADS = { approvers: { roles: ['lead'] }, deciders: ['lead-1'], rule: 'leads' };

/** What the API process runs beside its server. Without a sandbox nothing may be written to Slack. */
export function startAnswering(api: TestApi, sandbox: TestSandbox | null): ClickQueue {
  const slack =
    sandbox === null
      ? null
      : createLazySlack({ apiUrl: `${sandbox.url}/slack`, botToken: 'xoxb-1', privateHosts: [] });
  const telling = {
    settings: () => ({
      people: PEOPLE,
      notes: createClickNotes(outputRulesOf(api.config, api.config.file)),
    }),
    tell: createClickTeller({ slack, log: quietLog }),
  };
  const answer = createClickAnswerer(
    {
      ...telling,
      acts: { jira: true, bitbucket: true, slack: true },
      decisions: api.decisions,
      mirror: withInboxEnds(api.reader, api.inbox),
      slack,
      clock: () => new Date(),
    },
    createUndoClickAnswerer({ ...telling, undo: api.undo }),
  );
  return startClickQueue({ clicks: api.inbox.clicks, answer, log: quietLog, now: () => Date.now() });
}

export const valueOf = ({ approvalId, asked }: StoredCycle) => `${approvalId}:${asked.hash}`;

let triggers = 0;

export interface ButtonParts {
  readonly action?: string;
  readonly value?: string;
  readonly user?: string;
  readonly trigger?: string;
}

export function button(stored: StoredCycle, parts: ButtonParts = {}) {
  triggers += 1;
  return {
    ...blockActions,
    user: { id: parts.user ?? 'U0ANA', username: 'somebody', team_id: 'T0ACME' },
    trigger_id: parts.trigger ?? `trigger-${triggers}`,
    actions: [
      {
        action_id: parts.action ?? APPROVE_BUTTON,
        value: parts.value ?? valueOf(stored),
        type: 'button',
        action_ts: `${1_795_000_001 + triggers}.000100`,
      },
    ],
  };
}

/** A trigger that the simulated Slack knows: a real click gives it one. */
export async function triggerOf(sandbox: TestSandbox): Promise<string> {
  const { body } = await sandbox.post('/slack/chat.postMessage', {
    channel: 'C0PAY',
    text: 'x',
    blocks: [
      {
        type: 'actions',
        elements: [{ type: 'button', action_id: 'a', text: { type: 'plain_text', text: 'A' } }],
      },
    ],
  });
  const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
  const pressed = new URLSearchParams({ channel: 'C0PAY', ts: body.ts, by: 'U0ANA', actionId: 'a' });
  await sandbox.call('POST', '/_page/slack-click', pressed.toString(), headers);
  const hook = await sandbox.hook('/webhooks/slack/interactions');
  return JSON.parse(new URLSearchParams(hook.raw).get('payload') ?? '{}').trigger_id;
}

/** A number is a time, `chosen` what was chosen from a list: null for nothing. */
type Typed = string | number | null | { readonly chosen: string | null };

export interface FormParts {
  readonly value?: string;
  readonly user?: string;
  readonly reason?: string;
  readonly metadata?: string;
  /** The form's name; the one that asks why where not given. */
  readonly name?: string;
  /** What was typed, by block; `reason` where not given. */
  readonly typed?: Readonly<Record<string, Typed>>;
}

export function form(stored: StoredCycle, parts: FormParts = {}) {
  triggers += 1;
  const { reason = 'wrong target', name = REJECT_FORM, typed = { reason } } = parts;
  return {
    type: 'view_submission',
    team: { id: 'T0ACME' },
    user: { id: parts.user ?? 'U0ANA', name: 'somebody' },
    trigger_id: `trigger-${triggers}`,
    view: {
      id: 'V1',
      callback_id: name,
      private_metadata:
        parts.metadata ?? JSON.stringify({ value: parts.value ?? valueOf(stored), channel: 'C0PAY' }),
      state: {
        values: Object.fromEntries(
          Object.entries(typed).map(([block, value]) => [block, { input: inputOf(value) }]),
        ),
      },
    },
  };
}

function inputOf(value: Typed) {
  if (typeof value === 'object' && value !== null) {
    const { chosen } = value;
    const option = chosen === null ? null : { text: { type: 'plain_text', text: 'X' }, value: chosen };
    return { type: 'static_select', selected_option: option };
  }
  return typeof value === 'number'
    ? { type: 'datetimepicker', selected_date_time: value }
    : { type: 'plain_text_input', value };
}

export interface Whisper {
  readonly user: string;
  readonly channel: string;
  readonly text: string;
}

/** What people were told alone. */
export async function whispersIn(sandbox: TestSandbox): Promise<readonly Whisper[]> {
  return (await sandbox.get('/_state')).body.slack.ephemeral ?? [];
}

export interface KeptRefusal {
  readonly actor: string;
  readonly cycleId: string | null;
  readonly approvalId: string;
  readonly by: string;
  readonly byName: string;
  readonly what: string;
  readonly code: string;
}

/** What is on its way into the audit log because it did not count. */
export function refusalsIn({ config }: TestApi): readonly KeptRefusal[] {
  const inbox = createInboxReader(config.inboxFile, (file) =>
    openDatabase(file, { readonly: true, busyTimeoutMs: 400, log: quietLog }),
  );
  const notes = inbox.notesAfter(0, 100);
  inbox.close();
  return notes.map(({ actor, cycleId, data }) => ({ actor, cycleId, ...data }) as unknown as KeptRefusal);
}

/** Everything that waits is answered. */
export function allAnswered({ inbox }: TestApi): Promise<void> {
  return eventually(async () => {
    if (inbox.clicks.nextClickMs() !== null) {
      throw new Error('a click still waits for its answer');
    }
  });
}
