/** Which way a recorded event went: the rules, the small model, the one that decides. */
import type { TrialRoute } from '../domain/trial.js';
import type { Writing } from './writing.js';

interface Gathered {
  readonly route?: {
    readonly to: 'nobody' | 'model' | 'triage';
    readonly rule?: string;
    readonly why?: string;
  };
  /** Left out: the normal model, also in records from before. */
  readonly hard?: string;
  readonly critical?: { readonly rule: string; readonly why: string };
}

interface Looked {
  readonly route?: TrialRoute['to'];
  readonly reason?: string;
}

/** Null where its steps do not say it: they are from before routes were kept, or not there any more. */
export async function recordedRoute(writing: Writing, cycleId: string): Promise<TrialRoute | null> {
  const { route, hard, critical } = await detailOf<Gathered>(writing, `${cycleId}/gather`);
  const deciding = hard === undefined ? 'normal' : 'hard';
  if (critical !== undefined) {
    return byRule(deciding, critical);
  }
  if (route?.rule !== undefined) {
    const { rule, why = '' } = route;
    return byRule(route.to === 'nobody' ? 'skip' : deciding, { rule, why });
  }
  // What the small model ended is the cycle's decision; what it sent on is a step of its own.
  const ended = await detailOf<Looked>(writing, `${cycleId}/decide`);
  const looked =
    ended.route === undefined ? await detailOf<Looked>(writing, `${cycleId}/decide/triage`) : ended;
  return looked.route === undefined ? null : { to: looked.route, by: 'model', why: looked.reason ?? '' };
}

function byRule(
  to: TrialRoute['to'],
  { rule, why }: { readonly rule: string; readonly why: string },
): TrialRoute {
  return { to, by: 'rule', why: `${why} (${rule})` };
}

async function detailOf<T extends object>({ db }: Writing, stepId: string): Promise<Partial<T>> {
  const row = await db.selectFrom('steps').select('detail').where('id', '=', stepId).executeTakeFirst();
  return row === undefined ? {} : (JSON.parse(row.detail) as T);
}
