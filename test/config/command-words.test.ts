import { describe, expect, test } from '@jest/globals';
import { commandWords } from '../../src/config/command-words.js';

describe('the words of a command', () => {
  test.each([
    ['mcp-atlassian', ['mcp-atlassian']],
    ['  uvx   mcp-atlassian@0.23.1  --read-only ', ['uvx', 'mcp-atlassian@0.23.1', '--read-only']],
    ['"/opt/my tools/mcp" --name \'a "b"\'', ['/opt/my tools/mcp', '--name', 'a "b"']],
    ['a\\ b "c\\"d" \'e\\f\'', ['a b', 'c"d', 'e\\f']],
    ['x "" y', ['x', '', 'y']],
    ['', []],
  ])('%j is %j', (text, words) => {
    expect(commandWords(text)).toEqual(words);
  });

  test('are no shell: what it would expand or run stays text', () => {
    expect(commandWords('mcp $HOME; rm -rf `x` | y')).toEqual([
      'mcp',
      '$HOME;',
      'rm',
      '-rf',
      '`x`',
      '|',
      'y',
    ]);
  });

  test.each(['"mcp', "mcp 'a", 'mcp "a\\"'])('%j has a quote that is never closed', (text) => {
    expect(commandWords(text)).toBeNull();
  });
});
