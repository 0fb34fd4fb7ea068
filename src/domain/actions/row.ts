/**
 * What every kind of action says about itself, apart from its payload's schema (reasoning/actions) and how it is carried
 * out (activities/actions). All members are required: a kind that leaves one out does not compile.
 */

import type { Json } from '../canonical-json.js';
import type { ContextFacts } from '../context.js';
import type { EventSource } from '../event.js';
import type { NameOf } from '../name-of.js';

/** Worst of reversibility, blast radius and stakes; see docs/overview.md. */
export type RiskGrade = 'G0' | 'G1' | 'G2' | 'G3';

/** Where a proposal may lead at all, whatever policy says. */
export interface AllowedTargets {
  readonly facts: ContextFacts;
  /** The channel of the event's team; null where there is none. */
  readonly teamChannel: string | null;
  /** Jira projects that pm-agent.yaml gives to any team; empty where it names none. */
  readonly projects: readonly string[];
  /** Those of them whose customers may be answered; left out: none. */
  readonly publicProjects?: readonly string[];
  /** Slack ids of the people of the event's team, who may be written to directly; left out: nobody. */
  readonly teammates?: readonly string[];
  /** The links of the event's issue, as they read from it; left out: not known. */
  readonly links?: readonly { readonly key: string; readonly relation: string }[];
}

/** How something stood, member by member: what a decision saw, or what a write found. Only JSON. */
export type Standing = Readonly<Record<string, Json>>;

/** How what an action changes stood when it was written, and how it stands by it. */
export interface Stood {
  readonly before: Standing;
  readonly after: Standing;
  /** The vendor's id of the field that `estimate` was written to; left out where none was, and by actions from before it was noted. */
  readonly estimateField?: string;
}

export interface ActionRow<P> {
  /** The vendor that carries it out. */
  readonly service: EventSource;
  /** `words`: only adds to a conversation, as a comment or a message; `state`: changes how something stands. */
  readonly changes: 'words' | 'state';
  readonly preview: {
    /** One line for a person: "Comment on PAY-142". */
    line(payload: P): string;
    /** The payload with names in place of account ids, to be told and never sent; the same where it has none. */
    named(payload: P, nameOf: NameOf): P;
    /** The exact words that it puts before people; null where it writes none. */
    words(payload: P): string | null;
    /** The payload with each of its texts for people rewritten; the same where it has none. */
    rewritten(payload: P, rewrite: (text: string) => string): P;
  };
  /** What a person may change of it in a form; what leads to the target is not among it. */
  readonly editable: readonly EditField<P>[];
  readonly target: {
    /** The thing that it touches, as an event's subject names it. */
    of(payload: P): string;
    /** The project, repository or channel that is written to, which policy rules name: the target's own first; none: that of the event. */
    projects(payload: P): readonly string[];
    /** Why this target is not allowed, as a sentence to show; null where it is. The model is taken as compromised. */
    refusal(payload: P, allowed: AllowedTargets): string | null;
  };
  readonly preconditions: {
    /** In words, for people. */
    readonly words: string;
    /** What the decision saw of what this would change: it has to stand so still. Null where nothing has to. */
    seen(payload: P, facts: ContextFacts): Standing | null;
    /** Why it would change nothing, as a sentence: all that it wants stands so. Null where it changes something, or nothing tells. */
    already(payload: P, allowed: AllowedTargets): string | null;
  };
  readonly marker: {
    /** In words: by what an effect is found again after a crash. */
    readonly words: string;
    /** May a thing that was made take a moment to be found? */
    readonly appearsLate: boolean;
    /** Does what is found carry a mark of ours? Otherwise a person can have done the very same. */
    readonly provesOurs: boolean;
  };
  readonly inverse: Inverse;
  readonly risk: {
    /** How much harm it can do at worst; what a transition leads to can raise it. */
    readonly grade: RiskGrade;
    readonly why: string;
  };
}

/**
 * One member of a payload in a form. `words`: a text of several lines, `line`: of one; `list`: a list of texts, one a line;
 * `orNothing`: null where it is left empty; `orEmpty`: the empty text.
 */
export interface EditField<P> {
  readonly name: keyof P & string;
  readonly label: string;
  readonly as: 'words' | 'line' | 'lineOrNothing' | 'lineOrEmpty' | 'list' | 'numberOrNothing';
  /** Its value is the account of one of the people: what a form says where it offers them. Left out: it is typed. */
  readonly choose?: ChooseWords;
}

/** `nobody`: what the empty text means. */
export interface ChooseWords {
  readonly label: string;
  readonly nobody: string;
}

/** How it is undone and for how long, or why it cannot be. */
export type Inverse =
  | {
      readonly reversible: true;
      readonly words: string;
      readonly windowMs: number;
      /** What has to be known of it: its id at the vendor, or how what it changed stood before. */
      readonly by: 'id' | 'standing';
    }
  | { readonly reversible: false; readonly why: string };

/** How long most effects can be undone: after a day others have built on them. */
export const A_DAY_MS = 24 * 60 * 60 * 1_000;
