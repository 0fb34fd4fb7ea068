/** Builds: only a red main branch concerns the whole team. */
import { nothing, only, toTeam } from '../expectations.js';
import { buildEvent } from '../happening.js';
import type { Expectation, Scenario } from '../scenario.js';
import { build } from '../situation.js';
import { jonas } from '../team.js';

function reported(
  id: string,
  title: string,
  report: { readonly name: string; readonly state: string; readonly branch: string },
  expected: Expectation,
): Scenario {
  return { id, title, event: buildEvent(jonas, report), context: build(report), expected };
}

export const BUILDS: readonly Scenario[] = [
  reported(
    'red-main',
    'The build of the main branch failed',
    { name: 'unit tests', state: 'FAILED', branch: 'main' },
    only(toTeam(/main/)),
  ),
  reported(
    'green-main',
    'The build of the main branch passed',
    { name: 'unit tests', state: 'SUCCESSFUL', branch: 'main' },
    nothing,
  ),
  reported(
    'red-feature-branch',
    "A build of somebody's own branch failed",
    { name: 'unit tests', state: 'FAILED', branch: 'feature/PAY-142' },
    nothing,
  ),
  reported(
    'main-in-progress',
    'The build of the main branch has begun',
    { name: 'deploy', state: 'INPROGRESS', branch: 'main' },
    nothing,
  ),
  reported(
    'branch-called-like-main',
    'A branch whose name only begins like the main one failed',
    { name: 'unit tests', state: 'FAILED', branch: 'main-menu' },
    nothing,
  ),
];
