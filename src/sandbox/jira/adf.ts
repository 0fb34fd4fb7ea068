/** Atlassian Document Format as the simulated Jira accepts it: the structure is checked, as the real one answers 400. */
import type { AdfNode } from './records.js';

const BLOCKS = new Set([
  'paragraph',
  'heading',
  'bulletList',
  'orderedList',
  'taskList',
  'decisionList',
  'codeBlock',
  'blockquote',
  'panel',
  'rule',
  'table',
  'expand',
  'nestedExpand',
  'mediaSingle',
  'mediaGroup',
  'blockCard',
  'embedCard',
  'extension',
  'bodiedExtension',
  'layoutSection',
]);
const PARTS = new Set([
  'listItem',
  'taskItem',
  'decisionItem',
  'tableRow',
  'tableCell',
  'tableHeader',
  'layoutColumn',
  'media',
  'caption',
]);
const INLINES = new Set([
  'text',
  'hardBreak',
  'mention',
  'emoji',
  'inlineCard',
  'status',
  'date',
  'mediaInline',
  'placeholder',
  'inlineExtension',
]);
const HOLDS_INLINES = new Set(['paragraph', 'heading', 'taskItem', 'decisionItem', 'caption', 'codeBlock']);

/** Is this a document that Jira would take? Texts must not be empty, links need an address, blocks hold what they may hold. */
export function isAdfDocument(value: unknown): value is AdfNode {
  if (typeof value !== 'object' || value === null) return false;
  const doc = value as AdfNode;
  if (doc.type !== 'doc' || doc.version !== 1 || !Array.isArray(doc.content)) return false;
  return doc.content.every((node) => BLOCKS.has(node?.type) && isValidNode(node));
}

function isValidNode(node: AdfNode): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (INLINES.has(node.type)) return isValidInline(node);
  if (!BLOCKS.has(node.type) && !PARTS.has(node.type)) return false;
  const children = node.content ?? [];
  if (!Array.isArray(children)) return false;
  const inlines = HOLDS_INLINES.has(node.type);
  return children.every((child) => INLINES.has(child?.type) === inlines && isValidNode(child));
}

function isValidInline(node: AdfNode): boolean {
  if (node.type === 'mention') return typeof node.attrs?.id === 'string';
  if (node.type !== 'text') return true;
  if (typeof node.text !== 'string' || node.text === '') return false;
  return (node.marks ?? []).every((mark) => mark.type !== 'link' || typeof mark.attrs?.href === 'string');
}
