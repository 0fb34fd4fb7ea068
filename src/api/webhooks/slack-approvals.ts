/** The buttons and forms of our own approval cards and announcements: no event for a cycle, but a person's decision. */
import { z } from 'zod';
import type { ApprovalClick, ClickDecision } from '../../inbox/inbox.js';
import {
  APPROVE_BUTTON,
  ASK_BUTTON,
  ASK_FORM,
  EDIT_BUTTON,
  EDIT_FORM,
  NOBODY,
  OPEN_BUTTON,
  QUESTION_BLOCK,
  REASON_BLOCK,
  REJECT_BUTTON,
  REJECT_FORM,
  SNOOZE_BUTTON,
  SNOOZE_FORM,
  TAKE_OVER_BUTTON,
  UNDO_BUTTON,
  UNTIL_BLOCK,
} from '../../integrations/slack/approval-button.js';
import { ignored, type Parsed, quarantined } from './door.js';
import { cutText, maybe, optionalText, shapeProblem, textUpTo } from './fields.js';
import { isObject } from './json-body.js';
import { isChannel, tenantOf } from './slack-parts.js';

type Body = Readonly<Record<string, unknown>>;

const VALUE_LIMIT = 200;
const NAME_LIMIT = 100;
/** More than Slack lets anybody type. What is longer is refused, not cut: it would be approved cut. */
const TYPED_LIMIT = 8_000;
const MOST_BLOCKS = 20;
/** Slack's own. */
const METADATA_LIMIT = 3_000;

const BUTTONS: Readonly<Record<string, ApprovalClick['what']>> = {
  [APPROVE_BUTTON]: 'approve',
  [TAKE_OVER_BUTTON]: 'take_over',
  [EDIT_BUTTON]: 'open_edit',
  [REJECT_BUTTON]: 'ask_reason',
  [ASK_BUTTON]: 'open_ask',
  [SNOOZE_BUTTON]: 'open_snooze',
  [UNDO_BUTTON]: 'undo',
};

interface Form {
  readonly what: ClickDecision;
  /** The block without which it is none of ours; null where its blocks follow what is edited. */
  readonly block: string | null;
}

const FORMS: Readonly<Record<string, Form>> = {
  [EDIT_FORM]: { what: 'edit', block: null },
  [REJECT_FORM]: { what: 'reject', block: REASON_BLOCK },
  [ASK_FORM]: { what: 'ask', block: QUESTION_BLOCK },
  [SNOOZE_FORM]: { what: 'snooze', block: UNTIL_BLOCK },
};

/** Was it a form that was sent? Slack reads the answer to one, and closes it for an empty one. */
export function isSentForm({ what }: ApprovalClick): boolean {
  return Object.values(FORMS).some((form) => form.what === what);
}

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

/** One input of a block: what was typed, what was chosen from a list, or the time that was chosen (epoch seconds). */
const inputShape = z.object({
  value: z.string().max(TYPED_LIMIT).nullish(),
  selected_option: z.object({ value: z.string().max(TYPED_LIMIT) }).nullish(),
  selected_date_time: z.number().int().nonnegative().nullish(),
});

const formShape = z.object({
  ...person,
  view: z.object({
    private_metadata: textUpTo(METADATA_LIMIT),
    state: z.object({
      values: z
        .record(z.string().max(NAME_LIMIT), z.record(z.string(), inputShape))
        .refine((blocks) => Object.keys(blocks).length <= MOST_BLOCKS, { error: 'has too many blocks' }),
    }),
  }),
});

/** What a button gives to its form, and the form gives back. */
const metadataShape = z.object({ value: z.string(), channel: z.string().nullable() });

export function toFormMetadata(metadata: z.output<typeof metadataShape>): string {
  return JSON.stringify(metadata);
}

/** Null for an interaction that is not one of ours: that one is an event. */
export function parseApprovalClick(body: Body): Parsed | null {
  if (body['type'] === 'block_actions') {
    return parseButton(body);
  }
  const form = body['type'] === 'view_submission' ? formOf(body['view']) : undefined;
  return form === undefined ? null : parseForm(body, form);
}

function formOf(view: unknown): Form | undefined {
  const name = isObject(view) ? view['callback_id'] : null;
  return typeof name === 'string' && Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
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

function parseForm(body: Body, { what, block }: Form): Parsed {
  const parsed = formShape.safeParse(body);
  if (!parsed.success) {
    return quarantined(tenantIn(body), `no form of an approval card: ${shapeProblem(parsed.error)}`);
  }
  const { view } = parsed.data;
  const typed = typedIn(view.state.values);
  if (block !== null && typed[block] === undefined) {
    return quarantined(tenantIn(body), `no form of an approval card: it has no block "${block}"`);
  }
  const metadata = metadataOf(view.private_metadata ?? '');
  const reason = what === 'reject' ? (typed[REASON_BLOCK] ?? '').trim() : '';
  return {
    outcome: 'click',
    tenant: tenantIn(body),
    click: {
      ...whoOf(parsed.data),
      what,
      value: cutText(metadata?.value ?? '', VALUE_LIMIT),
      channel: channelOf(metadata?.channel),
      reason: reason === '' ? null : reason,
      ...(what === 'reject' ? {} : { typed }),
    },
  };
}

/** Our blocks hold one input each. */
function typedIn(blocks: z.output<typeof formShape>['view']['state']['values']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(blocks).map(([block, inputs]) => {
      const [input] = Object.values(inputs);
      return [block, input === undefined ? '' : textIn(input)];
    }),
  );
}

function textIn({ value, selected_option, selected_date_time }: z.output<typeof inputShape>): string {
  const chosen = selected_option?.value === NOBODY ? '' : selected_option?.value;
  return value ?? chosen ?? selected_date_time?.toString() ?? '';
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
