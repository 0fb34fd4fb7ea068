/** Reading Atlassian Document Format as it comes: JSON of any shape, nothing taken for granted. */
export type AdfJson = Readonly<Record<string, unknown>>;

/** Below this depth only text is kept: no real document nests so far, and recursion must end. */
export const MAX_ADF_DEPTH = 100;

export function isNode(value: unknown): value is AdfJson {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The node's type, or an empty string where it names none. */
export function typeOf(node: AdfJson): string {
  return typeof node['type'] === 'string' ? node['type'] : '';
}

export function childrenOf(node: AdfJson): readonly AdfJson[] {
  const content = node['content'];
  return Array.isArray(content) ? content.filter(isNode) : [];
}

/** A string or number among the attributes, as text; null where there is none. */
export function attribute(node: AdfJson, name: string): string | null {
  const attributes = node['attrs'];
  const value = isNode(attributes) ? attributes[name] : undefined;
  if (typeof value === 'number') {
    return String(value);
  }
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Every text in and below a node, in order, without recursion. */
export function textBelow(root: AdfJson): string {
  const texts: string[] = [];
  const waiting: AdfJson[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (typeof node['text'] === 'string') {
      texts.push(node['text']);
    }
    for (const child of [...childrenOf(node)].reverse()) {
      waiting.push(child);
    }
  }
  return texts.join(' ');
}
