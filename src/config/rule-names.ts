/** The name of a rule says in history and audit who decided: no two rules of a file share one, nor is it one of our own. */
import { OWN_RULE_NAMES } from '../domain/rule-names.js';
import type { ParsedAgentFile } from './agent-file-schema.js';
import { lineOf, problemAt, type YamlSource } from './yaml-problems.js';

const OWN: ReadonlySet<string> = new Set(Object.values(OWN_RULE_NAMES));

/** Each name that a rule cannot have, with its line and, where another rule has it already, that of the other. */
export function brokenRuleNames(source: YamlSource, file: ParsedAgentFile): readonly string[] {
  const names = (file.policy?.rules ?? []).map(({ name }) => name.trim());
  return names.flatMap((name, index) => {
    const why = whyNot(source, names, index);
    return why === null
      ? []
      : [
          problemAt(
            source,
            ['policy', 'rules', index, 'name'],
            `"${name}" ${why}; give this rule a name of its own`,
          ),
        ];
  });
}

function whyNot(source: YamlSource, names: readonly string[], index: number): string | null {
  const name = names[index] ?? '';
  const first = names.indexOf(name);
  if (first < index) {
    const line = lineOf(source, ['policy', 'rules', first, 'name']);
    return `is the name of policy.rules[${first}] (line ${line}) already, and history and audit tell rules by their names`;
  }
  return OWN.has(name) ? 'is what history and audit call it where no rule of this file decided' : null;
}
