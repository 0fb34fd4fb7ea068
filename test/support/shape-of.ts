/** What a reader can tell two answers apart by, besides what they speak of: their members and the kind of each value. */

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'time'],
  [/^[0-9a-f]{64}$/, 'sha256'],
  [/^[0-9a-f]{32}$/, 'hex'],
  [/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'uuid'],
  [/^evt_[0-9a-f]{32}$/, 'event id'],
  [/^cycle-jira-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'cycle id'],
  [/^cycle-jira-[0-9a-f-]{36}[./]/, 'id below a cycle'],
  [/^req_/, 'request id'],
  [/^msg_/, 'message id'],
  [/^$/, 'empty text'],
];

/**
 * Every path below `value` with the kind of what stands there, sorted: `actions[].hash: sha256`. The elements of a list are
 * one. Below what `leaveOut` matches nothing is told.
 */
export function shapeOf(value: unknown, leaveOut: RegExp): readonly string[] {
  return [...new Set(linesOf(value, '', leaveOut))].sort();
}

function linesOf(value: unknown, path: string, leaveOut: RegExp): readonly string[] {
  if (leaveOut.test(path)) {
    return [`${path}: …`];
  }
  if (Array.isArray(value)) {
    return value.length === 0
      ? [`${path}: empty list`]
      : value.flatMap((one) => linesOf(one, `${path}[]`, leaveOut));
  }
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).flatMap(([name, one]) => linesOf(one, `${path}.${name}`, leaveOut));
  }
  return [`${path}: ${kindOf(value)}`];
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') {
    return KINDS.find(([form]) => form.test(value))?.[1] ?? 'text';
  }
  return typeof value === 'number' ? (value === 0 ? 'zero' : 'number') : String(value);
}
