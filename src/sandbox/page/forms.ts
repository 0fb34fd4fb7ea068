/** What the page's forms do: they act as the chosen person, through the vendors' own state. */
import type { Request, Response, Router } from 'express';
import type { SandboxDeps } from '../deps.js';
import { isRecord, listAt, textAt } from '../loose-json.js';
import { playStory } from '../stories/router.js';

/** Answers what to tell the person; a `FormProblem` says what to correct. */
type Form = (deps: SandboxDeps, body: unknown) => string;

class FormProblem extends Error {}

const FORMS = {
  jira: commentOnIssue,
  bitbucket: commentOnPullRequest,
  slack: postMessage,
  'slack-click': pressButton,
  'slack-view': answerView,
  story: play,
} as const satisfies Record<string, Form>;

export function addForms(router: Router, deps: SandboxDeps): void {
  for (const [name, form] of Object.entries(FORMS)) {
    router.post(`/_page/${name}`, (request, response) => submit(request, response, deps, form));
  }
}

function submit(request: Request, response: Response, deps: SandboxDeps, form: Form): void {
  try {
    const message = form(deps, request.body);
    if (request.accepts(['html', 'json']) === 'json') {
      response.json({ message });
    } else {
      response.redirect(303, '/');
    }
  } catch (error) {
    if (!(error instanceof FormProblem)) {
      throw error;
    }
    response.status(400).json({ error: { code: 'refused', message: error.message } });
  }
}

function refuse(message: string): never {
  throw new FormProblem(message);
}

function commentOnIssue(deps: SandboxDeps, body: unknown): string {
  const issue = deps.jira.findIssue(textAt(body, 'issue') ?? '') ?? refuse('There is no such issue.');
  const by = deps.jira.findUser(textAt(body, 'by') ?? '') ?? refuse('Choose the person who comments.');
  deps.jira.addComment(by.accountId, issue, wordsOf(body));
  return `${by.displayName} commented on ${issue.key}.`;
}

function commentOnPullRequest(deps: SandboxDeps, body: unknown): string {
  const id = Number(textAt(body, 'pullRequest'));
  const pr =
    deps.bitbucket.findPullRequest(textAt(body, 'repository') ?? '', id) ??
    refuse('There is no such pull request.');
  const by = deps.bitbucket.findUser(textAt(body, 'by') ?? '') ?? refuse('Choose the person who comments.');
  deps.bitbucket.addPullRequestComment(by.uuid, pr, wordsOf(body));
  return `${by.displayName} commented on ${pr.repository}#${pr.id}.`;
}

function postMessage(deps: SandboxDeps, body: unknown): string {
  const channel =
    deps.slack.findChannel(textAt(body, 'channel') ?? '') ?? refuse('There is no such channel.');
  const by = deps.slack.findUser(textAt(body, 'by') ?? '') ?? refuse('Choose the person who writes.');
  deps.slack.postMessage(by.id, channel.id, {
    text: withMention(deps, wordsOf(body)),
    threadTs: textAt(body, 'threadTs'),
  });
  return `${by.realName} wrote in ${channel.isIm ? 'the direct message' : `#${channel.name}`}.`;
}

function pressButton(deps: SandboxDeps, body: unknown): string {
  const channel = textAt(body, 'channel') ?? '';
  const item =
    deps.slack.findMessage(channel, textAt(body, 'ts') ?? '') ?? refuse('There is no such message.');
  const by = deps.slack.findUser(textAt(body, 'by') ?? '') ?? refuse('Choose the person who presses it.');
  return deps.slack.clickButton(by.id, item, textAt(body, 'actionId') ?? '')
    ? `${by.realName} pressed the button.`
    : refuse('The message has no such button any more.');
}

function answerView(deps: SandboxDeps, body: unknown): string {
  const view = deps.slack.findView(textAt(body, 'view') ?? '') ?? refuse('The form is closed already.');
  if (textAt(body, 'press') === 'close') {
    deps.slack.closeView(view);
    return 'The form was closed.';
  }
  if (typeof view.sentAs === 'string') {
    refuse('The form was sent already.');
  }
  deps.slack.submitView(view.user ?? '', view, inputsOf(body, view.view));
  return 'The form was sent.';
}

/** Fields named `input:<block>/<action>`, as Slack's `view.state.values`. */
function inputsOf(body: unknown, view: unknown): Record<string, Record<string, unknown>> {
  const values: Record<string, Record<string, unknown>> = {};
  for (const [name, value] of Object.entries(isRecord(body) ? body : {})) {
    const [, block, action] = /^input:([\w-]{1,255})\/([\w-]{1,255})$/.exec(name) ?? [];
    if (block !== undefined && action !== undefined) {
      values[block] = { ...values[block], [action]: inputState(view, block, String(value)) };
    }
  }
  return values;
}

/** What is left empty is null; a time is told in seconds, and typed here as it is in UTC. */
function inputState(view: unknown, block: string, value: string): Record<string, unknown> {
  const input = listAt(view, 'blocks').find((one) => textAt(one, 'block_id') === block);
  const type = textAt(input, 'element', 'type') ?? 'plain_text_input';
  if (type === 'static_select') {
    return { type, selected_option: optionOf(input, value) };
  }
  return type === 'datetimepicker'
    ? { type, selected_date_time: Math.floor(Date.parse(`${value}Z`) / 1_000) }
    : { type, value: value === '' ? null : value.replaceAll('\r\n', '\n') };
}

/** As it stands in the list; null for nothing chosen. */
function optionOf(input: unknown, value: string): unknown {
  const options = listAt(input, 'element', 'options');
  const chosen = options.find((option) => textAt(option, 'value') === value);
  return value === '' ? null : (chosen ?? refuse('The list has no such choice.'));
}

/** People type a name; Slack sends the account, and escapes what would be markup. */
function withMention(deps: SandboxDeps, text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const { userId } = deps.accounts.slack;
  return escaped.split(`@${deps.agentName}`).join(`<@${userId}>`);
}

function play(deps: SandboxDeps, body: unknown): string {
  const name = textAt(body, 'name') ?? '';
  const result = playStory(deps, name);
  return result.ok ? `Played “${name}”: ${result.tells}` : refuse(result.message);
}

function wordsOf(body: unknown): string {
  return textAt(body, 'text') ?? refuse('Write something first.');
}
