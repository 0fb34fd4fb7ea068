/**
 * Reads an issue: what is known from the last minute and has not changed, else over REST, and through an MCP server, which
 * has to tell the same. An issue costs six vendor calls at most (docs/decisions/0049): three of them are here.
 */
import { canonicalJson } from '../../domain/canonical-json.js';
import type { HttpClient } from '../http.js';
import type { EstimateFieldOf } from './estimates.js';
import { createIssueMemory, type IssueMemory } from './issue-memory.js';
import type { IssueField, IssueName, IssueReader, IssueReading, Origin } from './issue-reader.js';
import type { Jira, JiraIssue } from './jira.js';
import type { McpIssues } from './mcp-issue.js';
import { type LargePart, type ReadIssue, readIssueOverRest } from './rest-issue.js';

const LARGE: readonly LargePart[] = ['description', 'comments', 'changes'];

/**
 * The issue, its newest comments where it carries only some, what the MCP server tells of it, and the people who may be
 * assigned: three of these may be asked for. The rest of the six is for the trigger (one) and for pull requests (two).
 */
const CALLS = 3;

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
  /** As in `IssueQuery`. */
  readonly estimateFieldOf?: EstimateFieldOf;
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
  // Looked at before anything is awaited: they may be asked for at the same time.
  const peopleCalls = isKept(memory, name.key) ? 0 : 1;
  const look = known !== null && peopleCalls === 0 ? await overRest(parts, name, LARGE) : null;
  if (known !== null && look !== null && isUnchanged(known, look)) {
    return takenOver(known, look);
  }
  const whole = await overRest(parts, name, []);
  if (known !== null && isUnchanged(known, whole)) {
    return takenOver(known, whole);
  }
  const spent = (look?.calls ?? 0) + whole.calls + peopleCalls;
  return parts.mcp === null ? alone(whole, null) : compared(parts.mcp, name, whole, CALLS - spent);
}

function isKept(memory: IssueMemory, key: string | null): boolean {
  return key !== null && memory.peopleOf(key) !== null;
}

/** What the MCP server told counts as its word only where it is REST's as well. */
async function compared(
  mcp: McpIssues,
  name: IssueName,
  rest: RestIssue,
  callsLeft: number,
): Promise<IssueReading> {
  if (callsLeft < 1) {
    return alone(rest, 'the MCP server was not asked: the issue took all the calls that it may cost');
  }
  const told = await mcp.read(name);
  if (typeof told === 'string') {
    return alone(rest, told);
  }
  const doubt = doubtAbout(told.issue, rest.issue);
  if (doubt !== null) {
    return alone(rest, `${told.tool} told another ${doubt} than Jira's REST API`);
  }
  const { issue, transitions, origin } = rest;
  const byMcp: Origin = { source: 'jira:mcp', fetchedAt: origin.fetchedAt };
  return {
    issue,
    transitions,
    origins: originsOf(issue, (field) => (told.issue[field] === undefined ? origin : byMcp)),
    read: { what: `issue ${issue.key}`, source: 'jira:mcp', tool: told.tool, reused: [], why: null },
  };
}

/** What REST told, and when. */
interface RestIssue extends ReadIssue {
  readonly origin: Origin;
}

async function overRest(
  { http, clock, estimateFieldOf }: IssueReaderParts,
  { id, key }: IssueName,
  without: readonly LargePart[],
): Promise<RestIssue> {
  const read = await readIssueOverRest(http, key ?? id ?? '', {
    without,
    transitions: true,
    ...(estimateFieldOf === undefined ? {} : { estimateFieldOf }),
  });
  return { ...read, origin: { source: 'jira:rest', fetchedAt: clock().toISOString() } };
}

/** @param why it was not the MCP server that told it; null where there is none */
function alone({ issue, transitions, origin }: RestIssue, why: string | null): IssueReading {
  return {
    issue,
    transitions,
    origins: originsOf(issue, () => origin),
    read: { what: `issue ${issue.key}`, source: 'jira:rest', tool: null, reused: [], why },
  };
}

/** Jira dates every change of an issue's own parts; what only belongs to it (links, sub-tasks, sprint) was read anew. */
function isUnchanged({ issue: known }: IssueReading, { issue: now }: RestIssue): boolean {
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

/** The first part that the two tell differently; null where they agree on all that was told. */
function doubtAbout(told: Partial<JiraIssue>, rest: JiraIssue): string | null {
  const fields = Object.keys(told) as IssueField[];
  return fields.find((field) => canonicalJson(told[field]) !== canonicalJson(rest[field])) ?? null;
}

function originsOf(issue: JiraIssue, originOf: (field: IssueField) => Origin): IssueReading['origins'] {
  const fields = Object.keys(issue) as IssueField[];
  return Object.fromEntries(fields.map((field) => [field, originOf(field)])) as IssueReading['origins'];
}
