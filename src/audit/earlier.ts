/** The port through which a decision learns what was decided before it, and what people made of that. */

/** One action of before: what became of it, and what a person said to it. */
export interface EarlierAction {
  readonly kind: string;
  readonly target: string;
  readonly status: string;
  readonly decidedBy: string | null;
  /** UNTRUSTED: a person's own words. */
  readonly reason: string | null;
  /** The payload as it was proposed, and as a person changed it before deciding; null where nobody did. */
  readonly edited: { readonly proposed: unknown; readonly became: unknown } | null;
}

/** A cycle of before, as the model is told of it. */
export interface EarlierCycle {
  readonly cycleId: string;
  readonly subject: string;
  readonly eventType: string;
  readonly startedAt: string;
  readonly outcome: string | null;
  readonly summary: string;
  readonly actions: readonly EarlierAction[];
}

/** What people made of proposals. */
export interface VerdictCounts {
  readonly approved: number;
  /** Of the approved, those that a person changed first. */
  readonly edited: number;
  readonly rejected: number;
}

export interface KindVerdicts {
  readonly kind: string;
  readonly here: VerdictCounts;
  /** In all other projects together. */
  readonly elsewhere: VerdictCounts;
}

export interface EarlierMirror {
  /** What was decided on this subject before this cycle, newest first; cycles that were folded into others left out. */
  earlierCycles(input: {
    readonly subject: string;
    readonly before: string;
    readonly limit: number;
    /** Only cycles that proposed something; all where left out. */
    readonly acted?: boolean;
  }): Promise<readonly EarlierCycle[]>;
  /**
   * Proposals on other subjects of this project that people rejected with a reason, or changed: newest first, one action
   * each.
   */
  lessons(input: {
    readonly project: string;
    readonly besides: string;
    readonly limit: number;
  }): Promise<readonly EarlierCycle[]>;
  /** How people decided on each kind of action, in this project and elsewhere, of the newest `limit` of either verdict. */
  verdictCounts(input: {
    readonly project: string;
    readonly limit: number;
  }): Promise<readonly KindVerdicts[]>;
}
