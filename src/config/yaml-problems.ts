/** Says where in a YAML file a value is wrong: file, line, key, and what was probably meant. */
import { type Document, isMap, isScalar, type LineCounter } from 'yaml';
import type { z } from 'zod';

export interface YamlSource {
  /** The file's name as a person knows it: `pm-agent.yaml`. */
  readonly name: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

type Path = readonly PropertyKey[];

/** `pm-agent.yaml:12: policy.rulez: unknown key; did you mean "rules"?` — one sentence per problem. */
export function describeIssue(source: YamlSource, schema: z.ZodType, issue: z.core.$ZodIssue): string {
  const deepest = intoUnion(issue);
  if (deepest.code === 'unrecognized_keys') {
    const key = deepest.keys[0] ?? '';
    const known = knownKeys(schema, deepest.path);
    return problemAt(source, [...deepest.path, key], `unknown key${suggestion(key, known)}`);
  }
  return problemAt(source, deepest.path, inOurWords(deepest));
}

const EXPECTED: Readonly<Record<string, string>> = {
  object: 'keys, each with its value',
  record: 'keys, each with its value',
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
};

/** What no schema here has words for, the library says in its own, which tell of types and not of a file. */
function inOurWords(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input')) {
    return issue.message;
  }
  const expected = EXPECTED[issue.expected] ?? `a ${issue.expected}`;
  return issue.message.endsWith('received undefined')
    ? `is missing; write ${expected}`
    : `is not ${expected}`;
}

/** A problem with the value at `path`, in one sentence. */
export function problemAt(source: YamlSource, path: Path, message: string): string {
  const key = dotted(path);
  return `${source.name}:${lineOf(source, path)}: ${key === '' ? '' : `${key}: `}${message}`;
}

function dotted(path: Path): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
    )
    .join('');
}

/** Of a union's branches, the one that came furthest says what is wrong. */
function intoUnion(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') {
    return issue;
  }
  const issues = issue.errors.flat().map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
  const [furthest] = issues.sort((left, right) => right.path.length - left.path.length);
  return furthest === undefined ? issue : intoUnion(furthest);
}

/** Line of the key at `path`, or of the nearest part of it that the file holds. */
export function lineOf(source: YamlSource, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const offset = offsetOf(source.document, path.slice(0, length));
    if (offset !== null) {
      return source.lines.linePos(offset).line;
    }
  }
  return 1;
}

function offsetOf(document: Document, path: Path): number | null {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === last);
    return isScalar(pair?.key) ? (pair.key.range?.[0] ?? null) : null;
  }
  const node: unknown = document.getIn(path, true);
  return node !== null && typeof node === 'object' && 'range' in node && Array.isArray(node.range)
    ? Number(node.range[0])
    : null;
}

interface Definition {
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
}

/** Keys that the object at `path` may have, as the schema says. */
function knownKeys(schema: z.ZodType, path: Path): readonly string[] {
  let current: z.ZodType | undefined = unwrap(schema);
  for (const part of path) {
    const definition: Definition | undefined = current === undefined ? undefined : definitionOf(current);
    const next: z.ZodType | undefined =
      typeof part === 'number'
        ? definition?.element
        : (definition?.shape?.[String(part)] ?? definition?.valueType);
    current = next === undefined ? undefined : unwrap(next);
  }
  return Object.keys((current === undefined ? undefined : definitionOf(current).shape) ?? {});
}

function unwrap(schema: z.ZodType): z.ZodType {
  const inner = definitionOf(schema).innerType;
  return inner === undefined ? schema : unwrap(inner);
}

function definitionOf(schema: z.ZodType): Definition {
  return schema._zod.def as Definition;
}

function suggestion(key: string, known: readonly string[]): string {
  const [nearest] = known
    .map((name) => ({ name, distance: editDistance(key.toLowerCase(), name.toLowerCase()) }))
    .sort((left, right) => left.distance - right.distance);
  if (nearest !== undefined && nearest.distance <= Math.max(1, Math.floor(nearest.name.length / 3))) {
    return `; did you mean "${nearest.name}"?`;
  }
  return known.length === 0 ? '' : `; known here: ${known.join(', ')}`;
}

function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [row, letter] of Array.from(left).entries()) {
    const current = [row + 1];
    for (const [column, other] of Array.from(right).entries()) {
      current.push(
        Math.min(
          (previous[column + 1] ?? 0) + 1,
          (current[column] ?? 0) + 1,
          (previous[column] ?? 0) + (letter === other ? 0 : 1),
        ),
      );
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}
