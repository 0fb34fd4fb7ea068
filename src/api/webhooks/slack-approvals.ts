/** The buttons and the form of our own approval cards: no event for a cycle, but a person's decision. */
import { z } from 'zod';
import type { ApprovalClick } from '../../inbox/inbox.js';
import {
  APPROVE_BUTTON,
  OPEN_BUTTON,
  REASON_BLOCK,
  REASON_INPUT,
  REJECT_BUTTON,
  REJECT_FORM,
} from '../../integrations/slack/approval-button.js';
import { ignored, type Parsed, quarantined } from './door.js';
import { cutText, maybe, optionalText, shapeProblem, textUpTo } from './fields.js';
import { isObject } from './json-body.js';
import { isChannel, tenantOf } from './slack-parts.js';

type Body = Readonly<Record<string, unknown>>;

const VALUE_LIMIT = 200;
const NAME_LIMIT = 100;
const REASON_LIMIT = 2_000;
/** Slack's own. */
const METADATA_LIMIT = 3_000;

const BUTTONS: Readonly<Record<string, ApprovalClick['what']>> = {
  [APPROVE_BUTTON]: 'approve',
  [REJECT_BUTTON]: 'ask_reason',
};

const person = {
  team: maybe(z.object({ id: optionalText })),
  user: z.object({ id: z.string().min(1).max(NAME_LIMIT), username: optionalText, name: optionalText }),
  trigger_id: optionalText,
};

const buttonShape = z.object({
  ...person,
  channel: maybe(z.object({ id: optionalText })),
  container: maybe(z.object({ channel_id: optionalText })),
  actions: z.array(z.object({ action_id: optionalText, value: optionalText })).min(1),
});

const formShape = z.object({
  ...person,
  view: z.object({
    private_metadata: textUpTo(METADATA_LIMIT),
    state: z.object({
      values: z.object({
        [REASON_BLOCK]: z.object({ [REASON_INPUT]: z.object({ value: textUpTo(REASON_LIMIT) }) }),
      }),
    }),
  }),
});

/** What the reject button gives to its form, and the form gives back. */
const metadataShape = z.object({ value: z.string(), channel: z.string().nullable() });

export function toFormMetadata(metadata: z.output<typeof metadataShape>): string {
  return JSON.stringify(metadata);
}

/** Null for an interaction that is not one of ours: that one is an event. */
export function parseApprovalClick(body: Body): Parsed | null {
  if (body['type'] === 'block_actions') {
    return parseButton(body);
  }
  const view = body['view'];
  return body['type'] === 'view_submission' && isObject(view) && view['callback_id'] === REJECT_FORM
    ? parseForm(body)
    : null;
}

function parseButton(body: Body): Parsed | null {
  const used = buttonOf(body['actions']);
  if (used === OPEN_BUTTON) {
    return ignored(tenantIn(body), 'only leads to a page');
  }
  const what = used === null ? undefined : BUTTONS[used];
  if (what === undefined) {
    return null;
  }
  const parsed = buttonShape.safeParse(body);
  if (!parsed.success) {
    return quarantined(tenantIn(body), `no button of an approval card: ${shapeProblem(parsed.error)}`);
  }
  const { channel, container, actions } = parsed.data;
  return {
    outcome: 'click',
    tenant: tenantIn(body),
    click: {
      ...whoOf(parsed.data),
      what,
      value: cutText(actions[0]?.value ?? '', VALUE_LIMIT),
      channel: channelOf(container?.channel_id ?? channel?.id),
      reason: null,
    },
  };
}

function parseForm(body: Body): Parsed {
  const parsed = formShape.safeParse(body);
  if (!parsed.success) {
    return quarantined(tenantIn(body), `no form of an approval card: ${shapeProblem(parsed.error)}`);
  }
  const { view } = parsed.data;
  const metadata = metadataOf(view.private_metadata ?? '');
  const reason = view.state.values[REASON_BLOCK][REASON_INPUT].value?.trim() ?? '';
  return {
    outcome: 'click',
    tenant: tenantIn(body),
    click: {
      ...whoOf(parsed.data),
      what: 'reject',
      value: cutText(metadata?.value ?? '', VALUE_LIMIT),
      channel: channelOf(metadata?.channel),
      reason: reason === '' ? null : reason,
    },
  };
}

/** The first button's name, where it has one. */
function buttonOf(actions: unknown): string | null {
  const [first] = Array.isArray(actions) ? (actions as readonly unknown[]) : [];
  return isObject(first) && typeof first['action_id'] === 'string' ? first['action_id'] : null;
}

function metadataOf(text: string): z.output<typeof metadataShape> | null {
  try {
    return metadataShape.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function whoOf({ user, trigger_id }: z.output<z.ZodObject<typeof person>>) {
  const name = user.username ?? user.name;
  return {
    user: { id: user.id, name: name === null ? null : cutText(name, NAME_LIMIT) },
    triggerId: trigger_id,
  };
}

function channelOf(id: string | null | undefined): string | null {
  return isChannel(id) ? id : null;
}

function tenantIn(body: Body): string {
  const team = body['team'];
  return tenantOf(isObject(team) ? team['id'] : null);
}
