/** What somebody else's parser makes of a text that a vendor takes as Markdown. Knows nothing of ours. */
import { fromMarkdown } from 'mdast-util-from-markdown';
import { ALLOWED_HOST } from './rules.js';

type Node = ReturnType<typeof fromMarkdown>['children'][number];

const ALLOWED = new RegExp(`^https?://(?:${ALLOWED_HOST})(?:[/?#:]|$)`);

interface Read {
  /** What must not be in it. */
  readonly breaches: readonly string[];
  /** The text without its code: that is shown as it stands, whatever it looks like. */
  readonly prose: string;
}

export function readMarkdown(raw: string): Read {
  const nodes = everyNode(fromMarkdown(raw).children);
  return {
    breaches: nodes.flatMap(breachOf),
    prose: nodes.filter(isCode).reduceRight(withoutIt, raw),
  };
}

function everyNode(nodes: readonly Node[]): readonly Node[] {
  return nodes.flatMap((node) => [node, ...('children' in node ? everyNode(node.children) : [])]);
}

/** Nodes that call what the text names: an outgoing text has none of them. */
const CALLING: ReadonlySet<string> = new Set([
  'image',
  'imageReference',
  'linkReference',
  'definition',
  'html',
]);

function breachOf(node: Node): readonly string[] {
  if (node.type === 'link') {
    return ALLOWED.test(node.url) ? [] : [`a foreign link to ${node.url}`];
  }
  return CALLING.has(node.type) ? [`a node ${node.type}`] : [];
}

function isCode({ type }: Node): boolean {
  return type === 'code' || type === 'inlineCode';
}

function withoutIt(text: string, { position }: Node): string {
  const from = position?.start.offset ?? 0;
  return `${text.slice(0, from)} ${text.slice(position?.end.offset ?? from)}`;
}
