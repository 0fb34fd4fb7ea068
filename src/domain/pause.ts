/** A person told the agent to stop: from then on none of its effects leaves, until a person lets them. */
export interface Pause {
  /** ISO 8601 UTC. */
  readonly since: string;
  /** The operator's id. */
  readonly by: string;
  readonly byName: string;
  readonly reason: string | null;
}

/** For a person who wonders why nothing happens. */
export function describePause({ since, byName, reason }: Pause): string {
  return `paused by ${byName} at ${since}${reason === null ? '' : ` (${reason})`}`;
}
