/**
 * A small MCP server on stdin and stdout, for what a simulated one over HTTP cannot show: a process that dies, hangs, is
 * slow to start or writes without end, and lists of tools of many pages. `MODE` says which; `PID_FILE` gets its pid on each start, one a line.
 */
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const mode = process.env.MODE ?? 'honest';
if (process.env.PID_FILE) {
  appendFileSync(process.env.PID_FILE, `${process.pid}\n`);
}
if (mode === 'broken') {
  console.error('no configuration found');
  process.exit(3);
}

const TOOLS = [{ name: 'echo', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } }];

const ANSWERS = {
  initialize: () => ({
    protocolVersion: '2025-06-18',
    capabilities: { tools: {} },
    serverInfo: { name: 'test', version: '1' },
  }),
  ping: () => ({}),
  'tools/list': ({ cursor = '0' }) => list(Number(cursor)),
  'tools/call': ({ name, arguments: args }) => call(name, args),
};

function list(page) {
  const other = { name: `other-${page}`, inputSchema: { type: 'object' } };
  switch (mode) {
    case 'many-pages':
      return page < 24 ? { tools: [other], nextCursor: `${page + 1}` } : { tools: TOOLS };
    case 'endless-pages':
      return { tools: [other], nextCursor: `${page + 1}` };
    case 'round-and-round':
      return { tools: TOOLS, nextCursor: `${(page + 1) % 3}` };
    case 'long-pages':
      return { tools: [{ ...other, description: 'x'.repeat(1024 * 1024) }], nextCursor: `${page + 1}` };
    default:
      return { tools: TOOLS };
  }
}

function call(name, args) {
  if (args.do === 'die') {
    process.exit(1);
  }
  if (args.do === 'fail') {
    return { isError: true, content: [{ type: 'text', text: 'it did not work' }] };
  }
  if (args.do === 'flood') {
    return { content: [{ type: 'text', text: 'x'.repeat(6 * 1024 * 1024) }] };
  }
  const said = args.do === 'env' ? Object.keys(process.env).toSorted() : { name, args };
  return { content: [{ type: 'text', text: JSON.stringify(said) }] };
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  const hangs = mode === 'hang' && message.method === 'tools/call';
  if (message.id === undefined || hangs) {
    continue;
  }
  const wait = mode === 'slow-start' && message.method === 'initialize' ? 1_500 : 0;
  await new Promise((resolve) => setTimeout(resolve, wait));
  const answer = ANSWERS[message.method];
  const reply =
    answer === undefined
      ? { error: { code: -32601, message: 'Method not found' } }
      : { result: answer(message.params ?? {}) };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: message.id, ...reply })}\n`);
}
