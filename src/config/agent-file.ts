import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Document, LineCounter, parseDocument } from 'yaml';
import type { ModelPrice } from '../domain/model-usage.js';
import { agentFileSchema, type ParsedAgentFile } from './agent-file-schema.js';
import { autonomyFromFile } from './autonomy-from-file.js';
import { awayFromFile, calendarFromFile, calendarWarnings } from './calendar-from-file.js';
import { type AgentFile, ConfigError, type Team } from './config.js';
import { parseDuration } from './duration.js';
import { errorCode } from './error-code.js';
import { groupsOf } from './named-people.js';
import { policyFromFile } from './policy-from-file.js';
import { brokenPolicyReferences, policyWarnings } from './policy-lint.js';
import { brokenRuleNames } from './rule-names.js';
import { describeIssue, problemAt, type YamlSource } from './yaml-problems.js';

/**
 * Reads pm-agent.yaml; where there is none (and none was asked for), the defaults hold.
 * @param askedBy the setting or command that names the file, which must exist then; null where nobody asked for it
 * @throws ConfigError with file, line and key.
 */
export function readAgentFile(path: string, askedBy: string | null): AgentFile {
  if (!existsSync(path)) {
    if (askedBy !== null) {
      throw new ConfigError(
        `${askedBy}: there is no file ${path}; create it or name another (without any, the defaults hold)`,
      );
    }
    return parseAgentFile('', 'pm-agent.yaml', null);
  }
  return parseAgentFile(readText(path), basename(path), path);
}

/** Parses the text of a configuration file. `name` stands in messages. */
export function parseAgentFile(text: string, name: string, path: string | null): AgentFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const source: YamlSource = { name, document, lines };
  refuseSyntaxErrors(source);
  const result = agentFileSchema.safeParse(contentOf(document));
  if (!result.success) {
    throw new ConfigError(result.error.issues.map((issue) => describeIssue(source, agentFileSchema, issue)));
  }
  refuseBrokenReferences(source, result.data);
  return toAgentFile(source, result.data, path);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`PM_AGENT_CONFIG: cannot read ${path} (${errorCode(error)}); name a readable file`);
  }
}

function refuseSyntaxErrors(source: YamlSource): void {
  const [error] = source.document.errors;
  if (error !== undefined) {
    const { line } = source.lines.linePos(error.pos[0]);
    throw new ConfigError(`${source.name}:${line}: ${error.message.replaceAll('\n', ' ')}`);
  }
}

function contentOf(document: Document): unknown {
  const content: unknown = document.toJS();
  return content === null || content === undefined ? {} : dropEmptyParts(content);
}

/** `people:` with nothing behind it means the default, not null. */
function dropEmptyParts(content: unknown): unknown {
  return typeof content === 'object' && content !== null && !Array.isArray(content)
    ? Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null))
    : content;
}

function refuseBrokenReferences(source: YamlSource, file: ParsedAgentFile): void {
  const problems = [
    ...duplicates(file.people.map((person) => person.id)).map((index) =>
      problemAt(source, ['people', index, 'id'], `"${file.people[index]?.id}" stands twice; ids are unique`),
    ),
    ...duplicates(file.teams.map((team) => team.id)).map((index) =>
      problemAt(source, ['teams', index, 'id'], `"${file.teams[index]?.id}" stands twice; ids are unique`),
    ),
    ...sharedAccounts(source, file),
    ...unknownPeople(source, file),
    ...brokenRuleNames(source, file),
    ...brokenPolicyReferences(source, file),
  ];
  if (problems.length > 0) {
    throw new ConfigError(problems);
  }
}

const ACCOUNTS = ['jira', 'bitbucket', 'slack'] as const;

/** An account says who somebody is: it cannot say two names. */
function sharedAccounts(source: YamlSource, file: ParsedAgentFile): string[] {
  return ACCOUNTS.flatMap((vendor) => {
    const accounts = file.people.map((person) => person[vendor]);
    return duplicates(accounts)
      .filter((index) => accounts[index] !== null)
      .map((index) => {
        const first = file.people[accounts.indexOf(accounts[index] ?? null)]?.id;
        return problemAt(
          source,
          ['people', index, vendor],
          `"${accounts[index]}" is the account of "${first}" already; one account is one person`,
        );
      });
  });
}

function unknownPeople(source: YamlSource, file: ParsedAgentFile): string[] {
  const known = new Set(file.people.map((person) => person.id));
  const references: { path: (string | number)[]; id: string }[] = [];
  for (const [index, team] of file.teams.entries()) {
    team.members.forEach((id, member) => references.push({ path: ['teams', index, 'members', member], id }));
    team.calendar?.away.forEach(({ person }, absence) =>
      references.push({ path: ['teams', index, 'calendar', 'away', absence, 'person'], id: person }),
    );
    if (team.escalation !== undefined) {
      references.push({ path: ['teams', index, 'escalation', 'lead'], id: team.escalation.lead });
      references.push({
        path: ['teams', index, 'escalation', 'backup'],
        id: team.escalation.backup ?? team.escalation.lead,
      });
    }
  }
  return references
    .filter((reference) => !known.has(reference.id))
    .map((reference) =>
      problemAt(
        source,
        reference.path,
        `"${reference.id}" is not the id of one of people; add the person or correct the id`,
      ),
    );
}

function duplicates(ids: readonly (string | null)[]): number[] {
  return ids.flatMap((id, index) => (ids.indexOf(id) < index ? [index] : []));
}

function toAgentFile(source: YamlSource, file: ParsedAgentFile, path: string | null): AgentFile {
  return {
    path,
    agent: file.agent,
    people: file.people,
    teams: file.teams.map(toTeam),
    groups: groupsOf(file),
    policy: policyFromFile(file.policy),
    autonomy: autonomyFromFile(file.autonomy),
    drills: file.drills,
    budgets: file.budgets,
    limits: file.limits,
    routing: file.routing,
    output: file.output,
    prices: Object.fromEntries(Object.entries(file.prices).map(([model, price]) => [model, toPrice(price)])),
    retention: {
      eventsMs: parseDuration(file.retention.events) ?? 0,
      cyclesMs: parseDuration(file.retention.cycles) ?? 0,
    },
    warnings: [...policyWarnings(source, file), ...calendarWarnings(file.teams)],
  };
}

function toTeam(team: ParsedAgentFile['teams'][number]): Team {
  return {
    id: team.id,
    timezone: team.timezone,
    members: team.members,
    jiraProjects: team.jira?.projects ?? [],
    publicAnswers: team.jira?.publicAnswers ?? [],
    jiraBoard: team.jira?.board ?? null,
    ...(team.jira?.estimateField === undefined ? {} : { estimateField: team.jira.estimateField }),
    repositories: team.bitbucket?.repositories ?? [],
    slackChannel: team.slack?.channel ?? null,
    lead: team.escalation?.lead ?? null,
    backup: team.escalation?.backup ?? null,
    calendar: calendarFromFile(team),
    away: awayFromFile(team),
    rules: team.rules,
  };
}

/** Cache prices follow the vendor's usual factors where the file leaves them out: a tenth to read, 1.25 to write. */
function toPrice(price: ParsedAgentFile['prices'][string]): ModelPrice {
  return {
    input: price.input,
    output: price.output,
    cacheRead: price.cacheRead ?? price.input * 0.1,
    cacheWrite: price.cacheWrite ?? price.input * 1.25,
  };
}
