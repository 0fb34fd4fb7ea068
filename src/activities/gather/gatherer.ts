import type { ContextFacts } from '../../domain/context.js';
import type { EventType, PmEvent } from '../../domain/event.js';
import type { ActivityDeps } from '../dependencies.js';
import type { Collector } from './collector.js';
import type { VendorPause } from './vendor-pause.js';

export interface GatherSources {
  readonly jira: ActivityDeps['jira'];
  readonly issues: ActivityDeps['issues'];
  readonly bitbucket: ActivityDeps['bitbucket'];
  readonly slack: ActivityDeps['slack'];
  readonly collector: Collector;
  /**
   * May an issue of this project be read, because it is what the event is about, or was named or linked there?
   * @param own project of the issue that a Jira event is about, once it was read
   */
  readonly mayRead: (projectKey: string, own?: string) => boolean;
  /** Where the work on a project's issues is reviewed: its team's repositories, in their order. */
  readonly repositoriesOf: (projectKey: string) => Promise<readonly string[]>;
  /** For what is asked of Bitbucket about an issue: its hourly limit is shared with events of its own. */
  readonly bitbucketPause: VendorPause;
}

export interface Gathered {
  readonly facts: ContextFacts;
  /** For summaries: "PAY-142 Checkout fails on Safari". */
  readonly title: string;
}

/** Reads what one kind of event is about. Throws the vendor's "not found" only for the event's own subject. */
export type Gatherer<E extends PmEvent> = (event: E, sources: GatherSources) => Promise<Gathered>;

/** The union member that carries an event type (members share several types each). */
type MemberOf<T extends EventType, E = PmEvent> = E extends { readonly type: infer U }
  ? T extends U
    ? E
    : never
  : never;

export type EventByType = { readonly [T in EventType]: MemberOf<T> };

export const NO_FACTS: ContextFacts = { issue: null, pullRequest: null, thread: null };

/** What an event is about is in a project that may not be read for it. */
export class OutOfReach extends Error {
  constructor(key: string, projectKey: string) {
    super(`${key} is in the project ${projectKey}, which belongs to no team in pm-agent.yaml`);
  }
}
