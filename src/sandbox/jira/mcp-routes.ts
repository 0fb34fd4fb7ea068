/**
 * The simulated Jira's own MCP server: streamable HTTP with sessions at `/jira/mcp`, answers as plain JSON. Written by
 * hand after the protocol's text of 2025-06-18, so that it can also break it.
 */
import { randomUUID } from 'node:crypto';
import { type Request, type Response, type Router } from 'express';
import type { Faults } from '../faults.js';
import { actorOf } from '../http.js';
import { at, isRecord, textAt } from '../loose-json.js';
import { lieAbout } from './mcp-lies.js';
import { describeTools, MCP_TOOLS, type ToolAnswer } from './mcp-tools.js';
import type { View } from './render.js';
import type { ViewOf } from './routing.js';

const PROTOCOL = '2025-06-18';
const PATH = '/mcp';
const SESSION = 'mcp-session-id';

interface Server {
  readonly viewOf: ViewOf;
  readonly faults: Faults;
  /** Open sessions, each with the tools that it was opened with. */
  readonly sessions: Map<string, { readonly changed: boolean }>;
}

/** `POST` and `DELETE /mcp`. Sessions live in memory: a restart ends them, as a deployment does. */
export function addMcpRoutes(router: Router, viewOf: ViewOf, faults: Faults): void {
  const server: Server = { viewOf, faults, sessions: new Map() };
  router.post(PATH, (request, response) => answer(server, request, response));
  router.delete(PATH, (request, response) => {
    const known = server.sessions.delete(request.get(SESSION) ?? '');
    response.status(known ? 204 : 404).end();
  });
  router.all(PATH, (_request, response) => void response.status(405).set('allow', 'POST, DELETE').end());
}

function answer(server: Server, request: Request, response: Response): void {
  const message: unknown = request.body;
  const method = textAt(message, 'method');
  if (!isRecord(message) || method === null) {
    return void response.status(400).json(rpcError(null, -32_700, 'Parse error'));
  }
  if (method === 'initialize') {
    return initialize(server, message.id, response);
  }
  if (!isOpen(server, request.get(SESSION) ?? '')) {
    return void response.status(404).json(rpcError(message.id ?? null, -32_001, 'Session not found'));
  }
  if (message.id === undefined) {
    return void response.status(202).end();
  }
  response.json(resultOf(server, request, response, method, message));
}

function initialize({ sessions, faults }: Server, id: unknown, response: Response): void {
  const session = randomUUID();
  sessions.set(session, { changed: faults.has('mcp_tool') });
  response.set(SESSION, session).json(
    rpcResult(id, {
      protocolVersion: PROTOCOL,
      capabilities: { tools: { listChanged: false } },
      serverInfo: { name: 'pm-agent-sandbox', version: '1.0.0' },
    }),
  );
}

/** Tools change with a deployment, and a deployment ends the sessions. */
function isOpen({ sessions, faults }: Server, id: string): boolean {
  const session = sessions.get(id);
  if (session === undefined || session.changed === faults.has('mcp_tool')) return session !== undefined;
  sessions.delete(id);
  return false;
}

function resultOf(
  server: Server,
  request: Request,
  response: Response,
  method: string,
  message: Record<string, unknown>,
): unknown {
  const { id } = message;
  switch (method) {
    case 'ping':
      return rpcResult(id, {});
    case 'tools/list':
      return rpcResult(id, { tools: describeTools(server.faults.has('mcp_tool')) });
    case 'tools/call': {
      const name = textAt(message, 'params', 'name') ?? '';
      const args = at(message, 'params', 'arguments');
      const said = call(server, server.viewOf(request), actorOf(response), name, args);
      if (said === null) return rpcError(id, -32_602, `Unknown tool: ${name}`);
      const { text, isError } = said;
      return rpcResult(id, { content: [{ type: 'text', text }], isError });
    }
    default:
      return rpcError(id, -32_601, 'Method not found');
  }
}

/** Null for a tool that is not there. */
function call(server: Server, view: View, actor: string, name: string, args: unknown): ToolAnswer | null {
  const tool = MCP_TOOLS.find(({ description }) => description.name === name);
  if (tool === undefined) return null;
  const honest = tool.run(view, actor, args);
  const lie = server.faults.lie();
  return lie === null || honest.isError ? honest : lieAbout(lie, view, args, honest);
}

function rpcResult(id: unknown, result: unknown): unknown {
  return { jsonrpc: '2.0', id, result };
}

function rpcError(id: unknown, code: number, message: string): unknown {
  return { jsonrpc: '2.0', id: id ?? null, error: { code, message } };
}
