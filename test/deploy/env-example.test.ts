import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, test } from '@jest/globals';
import { readEnvironment, VARIABLES } from '../../src/config/environment.js';

const TEXT = readFileSync(join(process.cwd(), '.env.example'), 'utf8');
const NAMED = [...TEXT.matchAll(/^#? ?([A-Z][A-Z0-9_]+)=(.*)$/gm)].map(([, name = '', value = '']) => ({
  name,
  value,
}));
/** Read by docker-compose.yml alone. */
const COMPOSE_ONLY = ['POSTGRES_PASSWORD'];

test('.env.example names exactly the variables that src/config reads', () => {
  const names = NAMED.map(({ name }) => name).filter((name) => !COMPOSE_ONLY.includes(name));
  expect(names.toSorted()).toEqual(VARIABLES.map(({ name }) => name).toSorted());
});

test('every variable says what it is for', () => {
  expect(VARIABLES.filter(({ description }) => description.length < 5)).toEqual([]);
});

test('the values shown are ones that would be accepted', () => {
  const shown = Object.fromEntries(
    NAMED.filter(({ value }) => value !== '').map(({ name, value }) => [name, value]),
  );
  expect(() => readEnvironment(shown)).not.toThrow();
});

test('.env.example holds no secret', () => {
  const secrets = VARIABLES.filter(({ secret }) => secret).map(({ name }) => name);
  expect(NAMED.filter(({ name, value }) => secrets.includes(name) && value !== '')).toEqual([]);
  expect(secrets).toEqual(
    expect.arrayContaining(['ANTHROPIC_API_KEY', 'JIRA_WEBHOOK_SECRET', 'PM_AGENT_ADMIN_TOKEN']),
  );
});

test('copied as it is, it changes nothing', () => {
  expect(parseEnv(TEXT)).toEqual({});
});
