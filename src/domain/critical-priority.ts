/** Which of Jira's priorities are critical: a team names its own, in its own language. Pure. */

/** What holds where pm-agent.yaml names none (`routing.criticalPriorities`). */
export const CRITICAL_PRIORITIES: readonly string[] = [
  'Highest',
  'Critical',
  'Blocker',
  'Urgent',
  'P0',
  'P1',
];

/** By name, in any spelling of upper and lower case. Null, an issue without a priority, never is. */
export function isCriticalPriority(
  priority: string | null,
  critical: readonly string[] = CRITICAL_PRIORITIES,
): boolean {
  return priority !== null && critical.some((name) => folded(name) === folded(priority));
}

/** The same on every machine, whatever its locale is: upper case first, as `ß` and final sigmas have one there; `İ` is an i. */
function folded(name: string): string {
  return name
    .normalize('NFKC')
    .trim()
    .toUpperCase()
    .toLowerCase()
    .replaceAll('i\u0307', 'i')
    .normalize('NFC');
}
