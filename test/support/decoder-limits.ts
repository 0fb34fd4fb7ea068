/**
 * What constrained decoding takes of JSON Schema (platform.claude.com, structured outputs: "JSON Schema limitations" and "Schema
 * complexity limits"): the limits count over all strict schemas of a request together, the reply's among them.
 */

const STRICT_SCHEMAS = 20;
const OPTIONAL_MEMBERS = 24;
/** Members of several types: `anyOf`, or a list of types. */
const UNIONS = 16;

const KEYWORDS = new Set([
  'type',
  'description',
  'title',
  'enum',
  'const',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'anyOf',
]);

type Node = Readonly<Record<string, unknown>>;

/** What the vendor would refuse in these schemas, each with where it stands; empty where nothing is. */
export function schemaProblems(schemas: readonly Node[]): readonly string[] {
  const nodes = schemas.flatMap((schema, index) => nodesOf(schema, `schema ${index}`));
  const unions = nodes.filter(({ node }) => 'anyOf' in node || Array.isArray(node.type));
  const optional = nodes.flatMap(({ node }) => optionalOf(node));
  return [
    ...nodes.flatMap(({ node, at }) => nodeProblems(node).map((problem) => `${at}: ${problem}`)),
    ...(schemas.length > STRICT_SCHEMAS ? [`${schemas.length} strict schemas`] : []),
    ...(unions.length > UNIONS ? [`${unions.length} members of several types`] : []),
    ...(optional.length > OPTIONAL_MEMBERS ? [`${optional.length} optional members`] : []),
  ];
}

interface Placed {
  readonly node: Node;
  readonly at: string;
}

/** A schema and all schemas in it. */
function nodesOf(node: Node, at: string): readonly Placed[] {
  const { properties, items, anyOf } = node;
  return [
    { node, at },
    ...Object.entries(Object(properties) as Record<string, Node>).flatMap(([name, inner]) =>
      nodesOf(inner, `${at}.${name}`),
    ),
    ...(items === undefined ? [] : nodesOf(items as Node, `${at}[]`)),
    ...(Array.isArray(anyOf) ? anyOf.flatMap((inner: Node, n) => nodesOf(inner, `${at}|${n}`)) : []),
  ];
}

function nodeProblems(node: Node): readonly string[] {
  const unknown = Object.keys(node).filter((keyword) => !KEYWORDS.has(keyword));
  const isOpen = node.type === 'object' && node.additionalProperties !== false;
  const named = Array.isArray(node.required) ? node.required : [];
  const missing = named.filter((name) => !Object.hasOwn(Object(node.properties) as object, String(name)));
  const isPlain = node.enum === undefined || (node.enum as unknown[]).every((one) => typeof one !== 'object');
  return [
    ...unknown.map((keyword) => `${keyword} is not supported`),
    ...(isOpen ? ['additionalProperties is not false'] : []),
    ...missing.map((name) => `${String(name)} is required and not there`),
    ...(isPlain ? [] : ['an enum of objects']),
    ...('type' in node || 'anyOf' in node || 'enum' in node || 'const' in node ? [] : ['no type']),
  ];
}

function optionalOf({ properties, required }: Node): readonly string[] {
  const named = new Set(Array.isArray(required) ? required : []);
  return Object.keys(Object(properties) as object).filter((name) => !named.has(name));
}
