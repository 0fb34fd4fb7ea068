/** The oracle of calls: what a vendor may receive, down to the members of each body. Its place is that of rules.ts. */
import { RESOLUTIONS } from '../../src/sandbox/jira/catalog.js';
import { ANA } from '../../src/sandbox/seed/people.js';
import { shownMrkdwn } from '../support/shown-mrkdwn.js';
import { readMarkdown } from './read-markdown.js';
import { ALLOWED_HOST, LONGEST, type Payload, textBreaches, textsIn } from './rules.js';

export interface ReceivedCall {
  readonly vendor: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Paths by which a vendor is only asked. */
const READS = /^\/(?:conversations\.\w+|auth\.test|users\.\w+|rest\/api\/3\/(?:search\/jql|comment\/list))$/;

/** Of what a vendor received: anything but reads. */
export function writesAmong(calls: readonly ReceivedCall[]): readonly ReceivedCall[] {
  return calls.filter(({ method, path }) => !['GET', 'HEAD'].includes(method) && !READS.test(path));
}

/** Within a link to an allowed host, another address: its sign-in page would go on to that. */
const BEHIND = String.raw`[^"|>)\s]*(?:https?(?::|%(?:25)*3a)|(?:\/|%(?:25)*2f){2})`;

/** What a vendor must not receive, by what that vendor makes something of. */
const ALIVE_AT: Readonly<Record<string, readonly (readonly [string, RegExp])[]>> = {
  jira: [
    [
      'a node that is no text',
      /"type":"(?:mediaSingle|mediaGroup|media|inlineCard|blockCard|embedCard|mention)"/,
    ],
    ['a link that leads on', new RegExp(String.raw`"href":"https?:\/\/[^"/]+${BEHIND}`, 'i')],
    ['a foreign link', new RegExp(String.raw`"href":"(?!https?:\/\/(?:${ALLOWED_HOST})(?:[/?#:"]))`)],
  ],
  bitbucket: [
    ['an image', /(?<!\\)!\[/],
    ['a mention', /(?<![\p{L}\p{N}_.`])@(?:\{|here|channel|everyone|all\b)/u],
    ['a link that leads on', new RegExp(String.raw`(?<!\\)\]\(https?:\/\/[^/)]+${BEHIND}`, 'i')],
    ['a foreign link', new RegExp(String.raw`(?<!\\)\]\((?!https?:\/\/(?:${ALLOWED_HOST}))`)],
  ],
  slack: [
    ['a mention', /<[@!#]/],
    ['a link that leads on', new RegExp(String.raw`<https?:\/\/[^/|>]+${BEHIND}`, 'i')],
    ['a foreign link', new RegExp(String.raw`<(?:https?|mailto|tel):(?!\/\/(?:${ALLOWED_HOST})[/?#:|>])`)],
  ],
};

/** Ours at the end of a text: a reference, where a new issue comes from, how urgent an escalation is and why (at most 200). */
const OURS_MOST = 300;

export function receivedBreaches(call: ReceivedCall): readonly string[] {
  const { vendor, method, path } = call;
  const body = vendor === 'slack' ? withBlocks(Object(call.body)) : call.body;
  const where = `${vendor} ${method} ${path}`;
  const row = MAY_WRITE.find(({ at }) => at.test(where));
  const words = textsIn(body);
  return [
    ...(row === undefined ? [`a call of ${where}`] : row.breaches(Object(body))),
    ...textBreaches(vendor === 'bitbucket' ? prose(body) : (JSON.stringify(body) ?? ''), ALIVE_AT[vendor]),
    ...words.flatMap((text) => textBreaches(text, [])),
    ...(lengthOf(vendor, body) > LONGEST + OURS_MOST ? [`${lengthOf(vendor, body)} characters`] : []),
  ];
}

/** A form makes text of blocks: read again, so that nothing hides behind how it is spelled. */
function withBlocks(form: Payload): Payload {
  return typeof form['blocks'] === 'string' ? { ...form, blocks: JSON.parse(form['blocks']) } : form;
}

/** Code is shown as it stands: there is nothing alive in it. */
function prose(body: unknown): string {
  return textsIn(body)
    .map((text) => readMarkdown(text).prose)
    .join('\n');
}

/** Of what people read, as they read it; the rest of a body are names and marks. */
function lengthOf(vendor: string, body: unknown): number {
  const { text, content, fields } = Object(body) as Payload;
  const read = vendor === 'slack' ? text : (content ?? Object(body).body ?? Object(fields).description);
  return textsIn(read)
    .join('')
    .replace(/&(?:amp|lt|gt);/g, '&').length;
}

interface Write {
  /** Vendor, method and path. */
  readonly at: RegExp;
  breaches(body: Payload): readonly string[];
}

/** What the screen of each transition asks for (`DEMANDING` of planted.ts): just that is sent with it. */
const MOVES: Readonly<Record<string, readonly (keyof typeof ON_A_SCREEN)[]>> = {
  21: [],
  31: [],
  41: [],
  32: ['assignee'],
  42: ['resolution'],
  43: ['resolution', 'assignee'],
};
/** Values by the ids that Jira gave them, and people of the issue: nothing that the model spelled. */
const ON_A_SCREEN = {
  resolution: new Set(RESOLUTIONS.map(({ id }) => JSON.stringify({ id }))),
  assignee: new Set([JSON.stringify({ accountId: ANA.jira })]),
};
const CHANGEABLE = /^(?:priority|duedate|customfield_\d+)$/;
const NODES = new Set(
  'doc paragraph text heading bulletList orderedList listItem blockquote codeBlock rule hardBreak'.split(' '),
);
const MARKS = new Set(['strong', 'em', 'code', 'strike', 'link']);

/** A block that the author of a pull request commits with one click, in whatever it stands. */
const SUGGESTION = /^[\s>*+-]*(?:`{3,}|~{3,})\s*suggestion/im;

const MAY_WRITE: readonly Write[] = [
  {
    at: /^jira (?:POST \/rest\/api\/3\/issue\/PAY-[12]\/comment|PUT \/rest\/api\/3\/issue\/PAY-[12]\/comment\/\d+)$/,
    breaches: ({ body, properties, ...more }) => [
      ...others(more),
      ...documentBreaches(body),
      ...propertyBreaches(properties),
    ],
  },
  {
    at: /^jira PUT \/rest\/api\/3\/comment\/\d+\/properties\/pm-agent\.\w+$/,
    breaches: () => [],
  },
  {
    at: /^jira POST \/rest\/api\/3\/issue\/PAY-1\/transitions$/,
    breaches: ({ transition, fields, ...more }) => {
      const { id, ...rest } = Object(transition) as Payload;
      return [
        ...others({ ...more, ...rest }),
        ...(MOVES[String(id)] === undefined ? [`the transition ${JSON.stringify(transition)}`] : []),
        ...screenBreaches(Object(fields), MOVES[String(id)] ?? []),
      ];
    },
  },
  {
    at: /^jira PUT \/rest\/api\/3\/issue\/PAY-1\/assignee$/,
    breaches: ({ accountId, ...more }) => [
      ...others(more),
      ...not(accountId === null || accountId === ANA.jira, `the assignee ${String(accountId)}`),
    ],
  },
  {
    at: /^jira PUT \/rest\/api\/3\/issue\/PAY-1$/,
    breaches: ({ fields = {}, update = {}, ...more }) => [
      ...others(more),
      ...Object.keys(Object(fields)).flatMap((name) => not(CHANGEABLE.test(name), `the field ${name}`)),
      ...not(
        Object.keys(Object(update)).every((name) => name === 'labels'),
        'an update of more than labels',
      ),
      ...textsIn(update).flatMap((label) => not(/^\S{1,255}$/.test(label), `the label ${label}`)),
    ],
  },
  {
    at: /^jira POST \/rest\/api\/3\/issueLink$/,
    breaches: ({ type, inwardIssue, outwardIssue, ...more }) => {
      const keys = [inwardIssue, outwardIssue].map((issue) => String(Object(issue).key));
      return [
        ...others(more),
        ...not(Object.keys(Object(type)).join() === 'name', `the link type ${JSON.stringify(type)}`),
        ...not(
          keys.includes('PAY-1') && keys.every((key) => /^PAY-\d+$/.test(key)) && keys[0] !== keys[1],
          `a link of ${keys.join(' and ')}`,
        ),
      ];
    },
  },
  {
    at: /^jira POST \/rest\/api\/3\/issue$/,
    breaches: ({ fields, properties, ...more }) => {
      const { project, issuetype: _, summary, description, parent, ...rest } = Object(fields) as Payload;
      return [
        ...others({ ...more, ...rest }),
        ...not(Object(project).key === 'PAY', 'an issue in another project'),
        ...not(
          parent === undefined || Object(parent).key === 'PAY-1',
          `the parent ${JSON.stringify(parent)}`,
        ),
        ...not(/^[^\n\r]{1,255}$/.test(String(summary)), 'a summary of several lines'),
        ...documentBreaches(description),
        ...propertyBreaches(properties),
      ];
    },
  },
  {
    at: /^bitbucket (?:POST|PUT) \/2\.0\/repositories\/acme\/pay-api\/pullrequests\/1\/comments(?:\/\d+)?$/,
    breaches: ({ content, ...more }) => [
      ...others(more),
      ...not(
        Object.keys(Object(content)).join() === 'raw',
        `the content ${Object.keys(Object(content)).join()}`,
      ),
      ...readMarkdown(String(Object(content).raw)).breaches,
      ...not(!SUGGESTION.test(String(Object(content).raw)), 'a change that one click applies'),
    ],
  },
  { at: /^slack POST \/chat\.postMessage$/, breaches: slackBreaches },
];

function slackBreaches({
  channel,
  thread_ts: thread,
  parse,
  unfurl_links,
  unfurl_media,
  ...more
}: Payload): readonly string[] {
  const { text: words, metadata: marks, blocks, ...unknown } = more;
  return [
    ...others(unknown),
    ...blocksBreaches(blocks, String(words)),
    ...not(
      [words, marks].every((one) => typeof one === 'string'),
      'a message without words or marks',
    ),
    ...not(['C0PAY', 'U0LEAD'].includes(String(channel)), `a message to ${String(channel)}`),
    ...not(thread === undefined || thread === '1700000000.000100', `the thread ${String(thread)}`),
    ...not(parse === 'none', `parse ${String(parse)}`),
    ...not(
      String(unfurl_links) === 'false' && String(unfurl_media) === 'false',
      'a message that Slack unfurls',
    ),
  ];
}

/** Sections of words alone, of which Slack makes nothing by itself, and which show what the text does. */
function blocksBreaches(blocks: unknown, words: string): readonly string[] {
  if (!Array.isArray(blocks)) {
    return not(words.length > 3_000 && blocks === undefined, 'a message without blocks');
  }
  const shown = blocks.map(({ text }) => String(Object(text).text));
  return [
    ...blocks.flatMap(({ type, text, expand, ...more }) => {
      const { type: kind, text: _, verbatim, ...rest } = Object(text) as Payload;
      return [
        ...others({ ...more, ...rest }),
        ...not(type === 'section' && kind === 'mrkdwn' && expand === true, `a block ${String(type)}`),
        ...not(verbatim === true, 'a section of which Slack makes links by itself'),
      ];
    }),
    ...not(blocks.length <= 50 && shown.every(({ length }) => length <= 3_000), 'blocks that are too long'),
    ...not(
      shown.flatMap(shownMrkdwn).join() === shownMrkdwn(words).join(),
      `blocks that say something else than ${words.slice(0, 400)}`,
    ),
  ];
}

function screenBreaches(fields: Payload, asked: readonly (keyof typeof ON_A_SCREEN)[]): readonly string[] {
  const sent = Object.keys(fields);
  return [
    ...not(sent.toSorted().join() === asked.toSorted().join(), `a move with ${sent.join(' and ')}`),
    ...asked
      .filter((name) => !ON_A_SCREEN[name].has(JSON.stringify(fields[name])))
      .map((name) => `the ${name} ${JSON.stringify(fields[name])}`),
  ];
}

/** Members that nobody has any business to send. */
function others(more: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(more).map((name) => `the member ${name}`);
}

function not(holds: boolean, breach: string): readonly string[] {
  return holds ? [] : [breach];
}

/** An ADF document of words alone. */
function documentBreaches(node: unknown): readonly string[] {
  const { type, content = [], marks = [], text: _, version: __, attrs = {} } = Object(node);
  const unknownMarks = (marks as readonly { type: string }[]).filter((mark) => !MARKS.has(mark.type));
  return [
    ...not(NODES.has(String(type)), `a node ${String(type)}`),
    ...not(unknownMarks.length === 0, `the marks ${JSON.stringify(unknownMarks)}`),
    ...Object.keys(attrs).flatMap((name) => not(/^(?:level|language|order)$/.test(name), `attrs.${name}`)),
    ...(content as readonly unknown[]).flatMap(documentBreaches),
  ];
}

/** Ours tells whose it is; a customer reads none of it. */
function propertyBreaches(properties: unknown): readonly string[] {
  return ((properties ?? []) as readonly { key: string; value: unknown }[]).flatMap(({ key, value }) =>
    key === 'sd.public.comment'
      ? not(Object(value).internal === true, 'a comment that customers read')
      : not(key === 'pm-agent.action', `the property ${key}`),
  );
}
