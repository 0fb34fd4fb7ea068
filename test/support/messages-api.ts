/**
 * What the Messages API documents of a request, as far as we use it (@anthropic-ai/sdk `MessageCreateParams`, its docs on
 * structured outputs, strict tools and prompt caching). Closed: a member that is not here was not meant to be sent.
 */
import { z } from 'zod';
import { schemaProblems } from './decoder-limits.js';

const cacheControl = z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() });
const marked = { cache_control: cacheControl.optional() };

const textBlock = z.strictObject({ type: z.literal('text'), text: z.string().regex(/\S/), ...marked });
const toolUseBlock = z.strictObject({
  type: z.literal('tool_use'),
  id: z.string().regex(/^[\w-]+$/),
  name: z.string().min(1),
  input: z.record(z.string(), z.unknown()),
  ...marked,
});
const toolResultBlock = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string().min(1),
  content: z.string(),
  is_error: z.boolean().optional(),
  ...marked,
});
/** Given back as it came: without its signature the API refuses it. */
const thinkingBlock = z.strictObject({
  type: z.literal('thinking'),
  thinking: z.string(),
  signature: z.string().min(1),
});

const message = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.literal('user'),
    content: z.union([z.string().min(1), z.array(z.union([toolResultBlock, textBlock])).min(1)]),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.array(z.union([thinkingBlock, textBlock, toolUseBlock])).min(1),
  }),
]);

const tool = z.strictObject({
  type: z.literal('custom').optional(),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
  description: z.string().min(1),
  strict: z.boolean().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }),
  ...marked,
});

const prompt = {
  model: z.string().min(1),
  system: z.array(textBlock).min(1).optional(),
  messages: z.array(message).min(1),
  tools: z.array(tool),
  tool_choice: z.strictObject({ type: z.enum(['auto', 'none']) }).optional(),
  output_config: z
    .strictObject({
      format: z.strictObject({
        type: z.literal('json_schema'),
        schema: z.looseObject({ type: z.literal('object') }),
      }),
    })
    .optional(),
};

/** Above it the SDK wants a stream. */
const LONGEST_WITHOUT_STREAM = 21_333;

export const countRequest = z.strictObject(prompt);
export const createRequest = z.strictObject({
  ...prompt,
  max_tokens: z.int().positive().max(LONGEST_WITHOUT_STREAM),
  stream: z.literal(false).optional(),
});

export type DocumentedRequest = z.infer<typeof countRequest>;

/** Breakpoints of one request at the most. */
const BREAKPOINTS = 4;

/** What in a request would be refused although each member is documented; empty where nothing is. */
export function problemsOf(body: DocumentedRequest): readonly string[] {
  const marks = JSON.stringify(body).match(/"cache_control"/g)?.length ?? 0;
  return [
    ...(marks > BREAKPOINTS ? [`${marks} breakpoints`] : []),
    ...turnProblems(body.messages),
    ...toolProblems(body),
    ...schemaProblems([
      ...(body.output_config === undefined ? [] : [body.output_config.format.schema]),
      ...body.tools.filter(({ strict }) => strict === true).map(({ input_schema }) => input_schema),
    ]),
  ];
}

type Message = z.infer<typeof message>;
type Block = Exclude<Message['content'][number], string>;

function blocksOf({ content }: Message): readonly Block[] {
  return typeof content === 'string' ? [] : content;
}

/** Turns alternate, a person's is first and last, and each tool call is answered at once, before anything else is said. */
function turnProblems(messages: readonly Message[]): readonly string[] {
  const problems = messages.flatMap((one, index) => {
    const expected = index % 2 === 0 ? 'user' : 'assistant';
    return one.role === expected ? [] : [`message ${index} is the ${one.role}'s`];
  });
  const last = messages.at(-1)?.role === 'user' ? [] : ['the last message is not the user’s'];
  const answers = messages.flatMap((one, index) => {
    const asked = idsOf(messages[index - 1], 'tool_use');
    const answered = idsOf(one, 'tool_result');
    const first = blocksOf(one).slice(0, answered.length);
    const isInOrder = first.every(({ type }) => type === 'tool_result');
    return one.role === 'assistant' || (String(asked) === String(answered) && isInOrder)
      ? []
      : [`message ${index} answers [${answered.join()}] to [${asked.join()}]`];
  });
  return [...problems, ...last, ...answers];
}

function idsOf(one: Message | undefined, type: 'tool_use' | 'tool_result'): readonly string[] {
  return (one === undefined ? [] : blocksOf(one))
    .filter((block) => block.type === type)
    .map((block) => ('id' in block ? block.id : 'tool_use_id' in block ? block.tool_use_id : ''));
}

function toolProblems({ tools, messages }: DocumentedRequest): readonly string[] {
  const names = new Set(tools.map(({ name }) => name));
  const used = messages.flatMap(blocksOf).flatMap((block) => (block.type === 'tool_use' ? [block.name] : []));
  return [
    ...(names.size === tools.length ? [] : ['two tools of one name']),
    ...used.filter((name) => !names.has(name)).map((name) => `no tool ${name}`),
  ];
}

/** Each breakpoint with the blocks that stand before and at it, in the order in which the vendor reads a request. */
export function cachedPrefixes(body: DocumentedRequest): readonly (readonly unknown[])[] {
  const blocks = [...body.tools, ...(body.system ?? []), ...body.messages.flatMap(blocksOf)];
  return blocks.flatMap((block, index) => ('cache_control' in block ? [blocks.slice(0, index + 1)] : []));
}
