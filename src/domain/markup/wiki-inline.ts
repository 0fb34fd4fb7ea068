/** Marks inside one line of Jira wiki markup. Code and links are set aside first, so that no rule reaches into them. */
export function wikiInline(line: string): string {
  const kept: string[] = [];
  const keep = (markdown: string): string => {
    kept.push(markdown);
    return `\uE000${kept.length - 1}\uE000`;
  };
  const set = line
    .replaceAll('\uE000', '')
    .replace(/\{\{(.{1,500}?)\}\}/g, (_whole, code: string) => keep(codeSpan(code)))
    .replace(/\{(code|noformat)(?::[^}]*)?\}(.{0,2000}?)\{\1\}/g, (_whole, _name, code: string) =>
      keep(codeSpan(code)),
    )
    .replace(/(?<!\\)\[([^\][\n]*[^\][\n\\])\]/g, (whole, inside: string) => keep(link(inside) ?? whole))
    .replace(/!([^!\s|][^!|\n]*\.[A-Za-z0-9]+)(?:\|[^!\n]*)?!/g, (_whole, file: string) =>
      keep(`![${file}](${file})`),
    )
    .replace(/https?:\/\/[^\s|\]}]+/g, keep);
  return restored(emphasised(set), kept);
}

/** Kept parts may hold parts that were kept before them (code inside a link). */
function restored(text: string, kept: readonly string[]): string {
  return text.replace(/\uE000(\d+)\uE000/g, (_whole, index: string) => {
    const part = kept[Number(index)] ?? '';
    return part.includes('\uE000') ? restored(part, kept.slice(0, Number(index))) : part;
  });
}

function codeSpan(code: string): string {
  const fence = code.includes('`') ? '``' : '`';
  return `${fence}${code}${fence}`;
}

/** `[~accountid:id]`, `[~name]`, `[#anchor]`, `[url]`, `[text|url]`, `[text|url|tip]`; null where it is plain brackets. */
function link(inside: string): string | null {
  if (inside.startsWith('~')) {
    return `@${inside.slice(1).replace(/^accountid:/, '')}`;
  }
  const [text = '', target, ...more] = inside.split('|');
  if (target === undefined) {
    return ADDRESS.test(text) ? `<${text}>` : null;
  }
  const url = more.length > 0 && !ADDRESS.test(target) ? (more.at(-1) ?? target) : target;
  return ADDRESS.test(url) || /^[#^/]/.test(url) ? `[${text}](${url})` : null;
}

const ADDRESS = /^(?:https?:\/\/|mailto:|ftp:\/\/)\S+$/i;

const COLOUR = /\{color(?::[^}]*)?\}/g;
const BEFORE = String.raw`(^|[\s(\[{"'>,;:/\uE000|-])`;
const AFTER = String.raw`(?=$|[\s)\]}"'<,.;:!?/\uE000|-])`;

function rule(mark: string): RegExp {
  return new RegExp(`${BEFORE}${mark}(?=\\S)([^\\n]{0,500}?\\S)${mark}${AFTER}`, 'g');
}

const STRONG = rule(String.raw`\*`);
const EMPHASIS = rule('_');
const STRUCK = rule('-');
const INSERTED = rule(String.raw`\+`);
const CITED = rule(String.raw`\?\?`);

function emphasised(text: string): string {
  return text
    .replace(COLOUR, '')
    .replace(STRONG, '$1**$2**')
    .replace(CITED, '$1_$2_')
    .replace(EMPHASIS, '$1_$2_')
    .replace(STRUCK, '$1~~$2~~')
    .replace(INSERTED, '$1$2')
    .replace(/\\\\(?=\s|$)/g, '\n')
    .replace(/\\([[\]{}*_|!#~^+-])/g, '$1');
}
