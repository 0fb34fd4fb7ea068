import { type OutputRules, shortName, type TextRule } from './rule.js';

/** How vendors spell what notifies people. The first group is the id. */
const SHAPES: readonly RegExp[] = [
  // Jira: `[~accountid:712020:…]`, `[~jane]`
  /\[~(?:accountid:)?([^\][\n|]{1,255})\]/gi,
  // Slack: `<@U…>`, `<@U…|jane>`
  /<@([^<>|\n]{1,100})(?:\|[^<>\n]{0,200})?>/g,
  // Slack: `<!here>`, `<!channel>`, `<!subteam^S…|@team>`, `<!date^…>`
  /<!(?!--)(?:subteam\^)?([^<>|\n]{1,200})(?:\|[^<>\n]{0,200})?>/g,
  // Bitbucket: `@{uuid}`, `@{account id}`
  /@\{([^{}\n]{1,100})\}/g,
  /(?<![\p{L}\p{N}_.])@(here|channel|everyone|all|group)(?![\p{L}\p{N}_])/giu,
];

/** `<!here>`, `<!subteam^S…>`, `@channel`: more than the people who are named. */
const EVERYBODY =
  /<!(?:here|channel|everyone|subteam\^)|(?<![\p{L}\p{N}_.])@(?:here|channel|everyone|all|group)(?![\p{L}\p{N}_])/iu;

/** Does a text, as it may leave, call a whole channel or group? */
export function callsEverybody(text: string): boolean {
  return EVERYBODY.test(text);
}

/** What would notify somebody is left as plain words, `(at)U0LEAD`, unless `output.mentions` allows it. */
export const mentions: TextRule = (text, rules) => {
  const takenOut: string[] = [];
  const clean = SHAPES.reduce(
    (before, shape) =>
      before.replace(shape, (whole, id: string) => {
        if (isAllowed(id, rules)) {
          return whole;
        }
        takenOut.push(`a mention of ${shortName(id)}`);
        return `(at)${id}`;
      }),
    text,
  );
  return { text: clean, takenOut, refusal: null };
};

function isAllowed(id: string, rules: OutputRules): boolean {
  return rules.mentions.includes(id);
}
