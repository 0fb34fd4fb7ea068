/** What the commands read of a trial, as the API tells it. */

export interface ProposalView {
  readonly kind: string;
  readonly target: string;
  readonly payload: unknown;
  readonly verdict: string;
  readonly rule: string;
  readonly refusal: string | null;
}

export interface SideView {
  readonly summary: string;
  readonly proposals: readonly ProposalView[];
  readonly failure: string | null;
  readonly model: string | null;
  readonly prompt: string | null;
  readonly calls: number;
  readonly costUsd: number;
  readonly route?: { readonly to: string; readonly by: string; readonly why: string };
}

export interface FirstLookView {
  readonly why: string;
  readonly dropped: boolean;
}

export interface FirstLooksView {
  readonly cases: number;
  readonly byRule: number;
  readonly skipped: number;
  readonly dropped: number;
  readonly hard: number;
  readonly costUsd: number;
}

interface TrialView {
  /** Left out by older servers; null where none was asked for. */
  readonly firstLooks?: FirstLooksView | null;
  readonly id: string;
  readonly status: string;
  readonly model: string;
  readonly prompt: { readonly name: string } | null;
  readonly standIn: boolean;
  readonly note: string | null;
  readonly cases: number;
  readonly done: number;
}

export interface ReplayResultView {
  readonly caseId: string;
  readonly title: string;
  readonly subject: string;
  readonly eventType: string;
  readonly why: string | null;
  readonly before: SideView | null;
  readonly after: SideView | null;
  readonly change: string | null;
  readonly first?: FirstLookView;
}

interface TotalsView {
  readonly skipped: number;
  readonly hard: number;
  readonly costUsd: number;
  readonly calls: number;
  readonly policy: {
    readonly auto: number;
    readonly ask: number;
    readonly never: number;
    readonly refused: number;
  };
}

export interface ReplayView extends TrialView {
  readonly report: {
    readonly cycles: number;
    readonly compared: number;
    readonly counts: { readonly same: number; readonly reworded: number; readonly changed: number };
    readonly undecided: number;
    readonly leftOut: number;
    readonly changed: number;
    readonly nowDecided: number;
    readonly nowSkipped: number;
    readonly before: TotalsView;
    readonly after: TotalsView;
  };
  readonly results: readonly ReplayResultView[];
}

interface ScoreView {
  readonly scenarios: number;
  readonly counts: {
    readonly pass: number;
    readonly missed: number;
    readonly stray: number;
    readonly forbidden: number;
    readonly undecided: number;
  };
  readonly score: number;
  readonly costUsd: number;
}

export interface EvalReportView {
  readonly total: ScoreView;
  readonly families: Readonly<Record<string, ScoreView>>;
}

export interface EvalView extends TrialView {
  readonly report: EvalReportView;
  readonly results: readonly {
    readonly caseId: string;
    readonly title: string;
    readonly family: string;
    readonly grade: { readonly verdict: string; readonly problems: readonly string[] };
    readonly first?: FirstLookView;
  }[];
}
