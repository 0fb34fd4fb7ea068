/**
 * Reads an issue: what is known from the last minute and has not changed, else through an MCP server, else over REST.
 * REST always tells the small facts, by which code judges; whoever told the large parts has to agree with it on those.
 */
import { canonicalJson } from '../../domain/canonical-json.js';
import type { HttpClient } from '../http.js';
import { createIssueMemory, type IssueMemory } from './issue-memory.js';
import type { IssueField, IssueName, IssueReader, IssueReading, Origin } from './issue-reader.js';
import type { Jira, JiraIssue } from './jira.js';
import type { McpIssues, ToldIssue } from './mcp-issue.js';
import { type LargePart, type ReadIssue, readIssueOverRest } from './rest-issue.js';

const LARGE: readonly LargePart[] = ['description', 'comments', 'changes'];

const FIELDS_OF: { readonly [P in LargePart]: readonly IssueField[] } = {
  description: ['description'],
  comments: ['comments', 'commentTotal'],
  changes: ['changes'],
};

export interface IssueReaderParts {
  readonly http: HttpClient;
  readonly jira: Pick<Jira, 'assignableUsers'>;
  /** Null where there is no MCP server. */
  readonly mcp: McpIssues | null;
  readonly clock: () => Date;
}

export function createIssueReader(parts: IssueReaderParts): IssueReader {
  const memory = createIssueMemory(parts.clock);
  return {
    readIssue: async (name) => {
      const reading = await read(parts, memory, name);
      memory.keepReading(reading);
      return reading;
    },
    assignableUsers: async (key) => {
      const known = memory.peopleOf(key);
      if (known !== null) {
        return known;
      }
      const people = await parts.jira.assignableUsers(key);
      memory.keepPeople(key, people);
      return people;
    },
    close: async () => {
      await parts.mcp?.close();
    },
  };
}

async function read(parts: IssueReaderParts, memory: IssueMemory, name: IssueName): Promise<IssueReading> {
  const known = memory.readingOf(name);
  const small = known === null ? null : await overRest(parts, name, LARGE);
  if (known !== null && small !== null && isUnchanged(known.issue, small.issue)) {
    return takenOver(known, small);
  }
  const told = (await parts.mcp?.read(name)) ?? null;
  if (told === null || typeof told === 'string') {
    return overRestAlone(parts, name, told);
  }
  const rest = small !== null && covers(told, LARGE) ? small : await overRest(parts, name, told.large);
  const doubt = doubtAbout(told.issue, rest.issue);
  return doubt === null
    ? together(told, rest)
    : overRestAlone(parts, name, `${told.tool} told another ${doubt} than Jira's REST API`, rest);
}

/** What REST told, and when. */
interface RestIssue extends ReadIssue {
  readonly origin: Origin;
  /** Large parts that were not asked for. */
  readonly without: readonly LargePart[];
}

async function overRest(
  { http, clock }: IssueReaderParts,
  { id, key }: IssueName,
  without: readonly LargePart[],
): Promise<RestIssue> {
  const read = await readIssueOverRest(http, key ?? id ?? '', { without, transitions: true });
  return { ...read, origin: { source: 'jira:rest', fetchedAt: clock().toISOString() }, without };
}

/** `already`: what was read before the other way failed; it is enough where nothing was left out of it. */
async function overRestAlone(
  parts: IssueReaderParts,
  name: IssueName,
  why: string | null,
  already: RestIssue | null = null,
): Promise<IssueReading> {
  const rest = already?.without.length === 0 ? already : await overRest(parts, name, []);
  const { issue, transitions, origin } = rest;
  return {
    issue,
    transitions,
    origins: originsOf(issue, () => origin),
    read: { what: `issue ${issue.key}`, source: 'jira:rest', tool: null, reused: [], why },
  };
}

function covers(told: ToldIssue, parts: readonly LargePart[]): boolean {
  return parts.every((part) => told.large.includes(part));
}

/** Jira dates every change of an issue's own parts; what only belongs to it (links, sub-tasks, sprint) was read anew. */
function isUnchanged(known: JiraIssue, now: JiraIssue): boolean {
  return known.id === now.id && known.updated !== null && known.updated === now.updated;
}

function takenOver(known: IssueReading, small: RestIssue): IssueReading {
  const fields = LARGE.flatMap((part) => FIELDS_OF[part]);
  const large = Object.fromEntries(fields.map((field) => [field, known.issue[field]])) as Partial<JiraIssue>;
  const issue = { ...small.issue, ...large };
  const originOf = (field: IssueField): Origin =>
    fields.includes(field) ? known.origins[field] : small.origin;
  const isByMcp = fields.some((field) => known.origins[field].source === 'jira:mcp');
  return {
    issue,
    transitions: small.transitions,
    origins: originsOf(issue, originOf),
    read: {
      what: `issue ${issue.key}`,
      source: isByMcp ? 'jira:mcp' : 'jira:rest',
      tool: isByMcp ? known.read.tool : null,
      reused: LARGE,
      why: known.read.why,
    },
  };
}

/** The first fact that the two tell differently; null where they agree on all that both tell. */
function doubtAbout(told: Partial<JiraIssue>, rest: JiraIssue): string | null {
  const large = LARGE.flatMap((part) => FIELDS_OF[part]);
  const both = (Object.keys(told) as IssueField[]).filter((field) => !large.includes(field));
  return both.find((field) => canonicalJson(told[field]) !== canonicalJson(rest[field])) ?? null;
}

function together(told: ToldIssue, rest: RestIssue): IssueReading {
  const issue = { ...rest.issue, ...told.issue };
  const byMcp: Origin = { source: 'jira:mcp', fetchedAt: rest.origin.fetchedAt };
  return {
    issue,
    transitions: rest.transitions,
    origins: originsOf(issue, (field) => (told.issue[field] === undefined ? rest.origin : byMcp)),
    read: { what: `issue ${issue.key}`, source: 'jira:mcp', tool: told.tool, reused: [], why: null },
  };
}

function originsOf(issue: JiraIssue, originOf: (field: IssueField) => Origin): IssueReading['origins'] {
  const fields = Object.keys(issue) as IssueField[];
  return Object.fromEntries(fields.map((field) => [field, originOf(field)])) as IssueReading['origins'];
}
