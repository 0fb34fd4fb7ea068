import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/config/config.js';
import { loadConfig } from '../../src/config/load.js';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'pm-agent-config-'));
});

function mcpOf(env: NodeJS.ProcessEnv) {
  return loadConfig({ TEMPORAL_CONFIG_FILE: join(cwd, 'none.toml'), ...env }, { cwd }).jira.mcp;
}

function messageOf(env: NodeJS.ProcessEnv): string {
  try {
    mcpOf(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

const REAL_JIRA = {
  JIRA_BASE_URL: 'https://acme.atlassian.net',
  ATLASSIAN_SERVICE_ACCOUNT_TOKEN: 'token-1',
  JIRA_WEBHOOK_SECRET: 'secret-1',
};

test('without a command or a URL there is no MCP server', () => {
  expect(mcpOf({})).toBeNull();
});

describe('a command', () => {
  test('gets the site and its token as variables, never as words, and is told to be read-only', () => {
    const mcp = mcpOf({
      ...REAL_JIRA,
      ATLASSIAN_SERVICE_ACCOUNT_EMAIL: 'bot@acme.example',
      JIRA_MCP_COMMAND: 'uvx "mcp-atlassian@0.23.1"',
    });

    expect(mcp).toEqual({
      door: {
        kind: 'command',
        program: 'uvx',
        args: ['mcp-atlassian@0.23.1'],
        env: {
          JIRA_URL: 'https://acme.atlassian.net',
          JIRA_USERNAME: 'bot@acme.example',
          JIRA_API_TOKEN: 'token-1',
          READ_ONLY_MODE: 'true',
          ENABLED_TOOLS: 'jira_get_issue',
          TZ: 'UTC',
        },
      },
      timeoutMs: 3_000,
      toolSha256: null,
      pinsFile: join(cwd, 'data', 'mcp-tools.json'),
    });
  });

  test('gets a token without an e-mail as a personal one, and the sandbox where Jira is simulated', () => {
    const door = mcpOf({ JIRA_MCP_COMMAND: 'mcp-atlassian' })?.door;

    expect(door).toMatchObject({
      env: { JIRA_URL: 'http://127.0.0.1:8090/jira', JIRA_PERSONAL_TOKEN: 'sandbox' },
    });
  });

  test('gets the variables that JIRA_MCP_ENV names, and no other of ours', () => {
    const door = mcpOf({
      ANTHROPIC_API_KEY: 'key',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:1',
      HTTPS_PROXY: 'http://proxy.example',
      JIRA_MCP_COMMAND: 'mcp-atlassian',
      JIRA_MCP_ENV: 'HTTPS_PROXY',
    })?.door;

    const names = door?.kind === 'command' ? Object.keys(door.env) : [];
    expect(names.toSorted()).toEqual([
      'ENABLED_TOOLS',
      'HTTPS_PROXY',
      'JIRA_PERSONAL_TOKEN',
      'JIRA_URL',
      'READ_ONLY_MODE',
      'TZ',
    ]);
  });

  test('that is none, or names a variable that is not set, is refused by its setting', () => {
    expect(messageOf({ JIRA_MCP_COMMAND: '"mcp' })).toMatch(/^JIRA_MCP_COMMAND: .*never closed/);
    expect(messageOf({ JIRA_MCP_COMMAND: 'mcp', JIRA_MCP_ENV: 'NO_SUCH' })).toBe(
      'JIRA_MCP_ENV: NO_SUCH is not set; set it, or take it out of the list',
    );
    expect(messageOf({ JIRA_MCP_COMMAND: 'mcp', JIRA_MCP_URL: 'http://127.0.0.1:1/mcp' })).toMatch(
      /^JIRA_MCP_COMMAND: given beside JIRA_MCP_URL/,
    );
  });
});

describe('a URL', () => {
  const url = 'https://mcp.atlassian.com/v1/mcp';

  test('is sent its own token and never that of Jira', () => {
    expect(mcpOf({ ...REAL_JIRA, JIRA_MCP_URL: url })?.door).toEqual({
      kind: 'url',
      url,
      authorization: null,
    });
    expect(mcpOf({ ...REAL_JIRA, JIRA_MCP_URL: url, JIRA_MCP_TOKEN: 'mine' })?.door).toMatchObject({
      authorization: 'Bearer mine',
    });
    expect(
      mcpOf({ ...REAL_JIRA, JIRA_MCP_URL: url, JIRA_MCP_TOKEN: 'mine', JIRA_MCP_USERNAME: 'a@b.c' })?.door,
    ).toMatchObject({ authorization: `Basic ${Buffer.from('a@b.c:mine').toString('base64')}` });
  });

  test('elsewhere is refused while Jira is simulated: its issues would be others', () => {
    expect(messageOf({ JIRA_MCP_URL: url })).toMatch(/^JIRA_MCP_URL: .*ATLASSIAN_SERVICE_ACCOUNT_TOKEN/);
    expect(mcpOf({ JIRA_MCP_URL: 'http://127.0.0.1:8090/jira/mcp' })?.door).toMatchObject({
      authorization: 'Bearer sandbox',
    });
    expect(
      mcpOf({ SANDBOX_URL: 'http://sandbox:8090', JIRA_MCP_URL: 'http://sandbox:8090/jira/mcp' }),
    ).not.toBeNull();
  });
});

test.each([
  ['JIRA_MCP_TIMEOUT', '11s'],
  ['JIRA_MCP_TIMEOUT', '0'],
  ['JIRA_MCP_TOOL_SHA256', 'ABC'],
])('%s=%s is refused', (name, value) => {
  expect(messageOf({ [name]: value })).toContain(name);
});
