/** What the simulated Jira keeps; every record is plain JSON. Dates are ISO 8601 UTC here and become Jira's own format on the way out. */

/** A node of an Atlassian Document Format tree. */
export interface AdfNode {
  type: string;
  version?: number;
  text?: string;
  attrs?: Record<string, unknown>;
  marks?: { type: string; attrs?: Record<string, unknown> }[];
  content?: AdfNode[];
}

/** One text in both of Jira's languages: v3 answers `adf`, v2 and webhooks answer `wiki`. Made by `richText()`. */
export interface RichText {
  adf: AdfNode;
  wiki: string;
}

export interface JiraUserRecord {
  accountId: string;
  displayName: string;
  emailAddress: string | null;
  accountType: 'atlassian' | 'app' | 'customer';
  active: boolean;
  timeZone: string;
}

export interface JiraProjectRecord {
  id: string;
  key: string;
  name: string;
  lead: string | null;
  /** `software` where left out. */
  type?: 'software' | 'service_desk';
  /** Company-managed where left out. */
  teamManaged?: { estimateField: string };
}

export type StatusCategoryKey = 'new' | 'indeterminate' | 'done';

export interface JiraStatusRecord {
  id: string;
  name: string;
  category: StatusCategoryKey;
}

export interface JiraTransitionRecord {
  id: string;
  name: string;
  /** Status ids it may start from; empty: from every status. */
  from: string[];
  to: string;
  /** Field ids that the transition's screen demands, `resolution` for instance. */
  requiredFields: string[];
  /** Keys of the projects whose workflow has it; left out: all. */
  projects?: string[];
}

export interface JiraIssueRecord {
  id: string;
  key: string;
  projectKey: string;
  summary: string;
  description: RichText | null;
  issueType: string;
  statusId: string;
  priority: string | null;
  assignee: string | null;
  reporter: string | null;
  creator: string | null;
  labels: string[];
  /** `YYYY-MM-DD`. */
  dueDate: string | null;
  resolution: string | null;
  resolutionDate: string | null;
  created: string;
  updated: string;
  /** Oldest first; the last one that is not closed is where the issue stands. */
  sprintIds: number[];
  parentKey: string | null;
  storyPoints: number | null;
  /** Any other field by its id, as given. */
  custom: Record<string, unknown>;
  /** Left out by what was stored before there were any. */
  properties?: { key: string; value: unknown }[];
}

export interface JiraCommentRecord {
  id: string;
  issueId: string;
  author: string;
  updateAuthor: string;
  body: RichText;
  created: string;
  updated: string;
  properties: { key: string; value: unknown }[];
}

export interface JiraChangeItem {
  field: string;
  fieldId: string;
  from: string | null;
  fromString: string | null;
  to: string | null;
  toString: string | null;
}

export interface JiraChangeRecord {
  id: string;
  issueId: string;
  author: string;
  created: string;
  items: JiraChangeItem[];
}

export interface JiraLinkTypeRecord {
  id: string;
  name: string;
  inward: string;
  outward: string;
}

/** `outward` "blocks" `inward`: the source is the outward issue's counterpart, as in Jira's own link objects. */
export interface JiraLinkRecord {
  id: string;
  typeId: string;
  /** The issue that e.g. "blocks". */
  sourceIssueId: string;
  /** The issue that e.g. "is blocked by". */
  destinationIssueId: string;
}

export interface JiraRemoteLinkRecord {
  id: number;
  issueId: string;
  globalId: string | null;
  url: string;
  title: string;
}

export interface JiraBoardRecord {
  id: number;
  name: string;
  /** `simple`: of a team-managed project. */
  type: 'scrum' | 'kanban' | 'simple';
  projectKey: string;
  /** Of a simple board: whether its team switched sprints on. */
  sprints?: boolean;
}

export interface JiraSprintRecord {
  id: number;
  boardId: number;
  name: string;
  state: 'future' | 'active' | 'closed';
  goal: string | null;
  startDate: string | null;
  endDate: string | null;
  completeDate: string | null;
}
