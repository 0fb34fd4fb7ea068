/** What to do about a refusal of Slack's, by its name for it (docs.slack.dev/reference/methods, "Errors"). */

const TOKEN = 'check SLACK_BOT_TOKEN and its scopes';
const ELSEWHERE = 'or name another channel in pm-agent.yaml';
const UNLOCK = `let the app post there (the channel's settings, "Posting permissions"), ${ELSEWHERE}`;
const SHORTER = 'shorten it, or say it in several messages';
const OTHER_PERSON = 'name another Slack account for them in pm-agent.yaml';
const OURS = 'a fault of pm-agent and nothing to configure: please report it with this line';

const ADVICE: Readonly<Record<string, string>> = {
  not_in_channel: 'invite the app to the channel',
  channel_not_found: 'invite the app to the channel, and look for a misspelled id in pm-agent.yaml',
  is_archived: `unarchive the channel, ${ELSEWHERE}`,
  is_inactive: `unfreeze the channel, ${ELSEWHERE}`,
  thread_locked: UNLOCK,
  restricted_action: UNLOCK,
  restricted_action_non_threadable_channel: UNLOCK,
  restricted_action_read_only_channel: UNLOCK,
  restricted_action_thread_locked: UNLOCK,
  restricted_action_thread_only_channel: UNLOCK,
  messages_tab_disabled: 'turn on the Messages tab in the settings of the app (App Home)',
  user_disabled: OTHER_PERSON,
  user_not_visible: OTHER_PERSON,
  cannot_dm_bot: OTHER_PERSON,
  user_not_in_channel: 'invite them to the channel',
  msg_too_long: SHORTER,
  msg_blocks_too_long: SHORTER,
  no_text: 'write something that can be read',
  cannot_reply_to_message: 'what it answers takes no replies: write to the channel instead',
  cant_update_message:
    'only the app that wrote a message can change it: check that SLACK_BOT_TOKEN is still that of this app',
  cant_delete_message: 'only the app that wrote a message can remove it: delete it by hand',
  compliance_exports_prevent_deletion:
    'the workspace keeps all messages: nobody but its admins can remove it',
  edit_window_closed: 'the workspace lets no message be changed so late',
  enterprise_is_restricted: 'have an admin of the organisation allow the app',
  team_access_not_granted: 'have an admin of the organisation allow the app in this workspace',
  invalid_blocks: OURS,
  invalid_blocks_format: OURS,
  invalid_metadata_format: OURS,
  invalid_metadata_schema: OURS,
  metadata_too_large: OURS,
  metadata_must_be_sent_from_app: TOKEN,
};

/** In brackets, behind what Slack said; empty where there is nothing to add. @param code as in `IntegrationError` */
export function adviceFor(name: string, code: string): string {
  const isOfToken = code === 'auth' || code === 'forbidden';
  const advice = (Object.hasOwn(ADVICE, name) ? ADVICE[name] : undefined) ?? (isOfToken ? TOKEN : undefined);
  return advice === undefined ? '' : ` (${advice})`;
}
