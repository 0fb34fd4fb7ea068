import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { z } from 'zod';
import { VARIABLES } from '../../src/config/environment.js';

const TEXT = readFileSync(join(process.cwd(), 'docker-compose.yml'), 'utf8');
const DOCKERFILE = readFileSync(join(process.cwd(), 'Dockerfile'), 'utf8');

/** The part of the compose specification that this file uses; an unknown key is a mistake. */
const healthcheck = z.strictObject({
  test: z.array(z.string()).min(2),
  interval: z.string().regex(/^\d+s$/),
  timeout: z.string().regex(/^\d+s$/),
  retries: z.int().positive(),
  start_period: z.string().regex(/^\d+s$/),
});

const service = z.strictObject({
  build: z.string().optional(),
  image: z.string().regex(/^[\w./-]+:[\w.-]+$/, 'a pinned tag'),
  command: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  restart: z.string().regex(/^(unless-stopped|on-failure:\d+)$/),
  init: z.boolean().optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  profiles: z.array(z.string()).optional(),
  depends_on: z
    .record(
      z.string(),
      z.strictObject({
        condition: z.enum(['service_healthy', 'service_completed_successfully', 'service_started']),
      }),
    )
    .optional(),
  environment: z.record(z.string(), z.string()).optional(),
  configs: z.array(z.strictObject({ source: z.string(), target: z.string() })).optional(),
  networks: z.array(z.string()),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  healthcheck: healthcheck.optional(),
});

const compose = z
  .strictObject({
    name: z.string(),
    services: z.record(z.string(), service),
    configs: z.record(z.string(), z.strictObject({ content: z.string() })),
    networks: z.record(z.string(), z.strictObject({ internal: z.boolean().optional() })),
    volumes: z.record(z.string(), z.strictObject({})),
  })
  .parse(withoutExtensions(parse(TEXT, { merge: true })));

const OURS = ['api', 'worker', 'sandbox'] as const;

/** Keys that start with `x-` are the file's own building blocks. */
function withoutExtensions(file: object): object {
  return Object.fromEntries(Object.entries(file).filter(([key]) => !key.startsWith('x-')));
}

function serviceOf(name: string): z.output<typeof service> {
  const found = compose.services[name];
  if (found === undefined) {
    throw new Error(`there is no service ${name}`);
  }
  return found;
}

test('the services are those that a deployment needs', () => {
  expect(Object.keys(compose.services)).toEqual([
    'postgresql',
    'temporal-schema',
    'temporal',
    'temporal-namespace',
    'temporal-ui',
    'api',
    'worker',
    'sandbox',
  ]);
  expect(serviceOf('sandbox').profiles).toEqual(['sandbox']);
});

test('every environment name of our services is one that src/config reads', () => {
  const known = new Set(VARIABLES.map((variable) => variable.name));
  for (const name of OURS) {
    const unknown = Object.keys(serviceOf(name).environment ?? {}).filter((variable) => !known.has(variable));
    expect({ name, unknown }).toEqual({ name, unknown: [] });
  }
});

test('every value taken from .env is a setting of ours or the database password', () => {
  const known = new Set([...VARIABLES.map((variable) => variable.name), 'POSTGRES_PASSWORD']);
  const used = [...TEXT.matchAll(/(?<!\$)\$\{(\w+)[^}]*\}/g)].map(([, name]) => name ?? '');
  expect(used.length).toBeGreaterThan(20);
  expect(used.filter((name) => !known.has(name))).toEqual([]);
});

test('every credential and mode that a person may set reaches the containers', () => {
  const set = Object.keys(serviceOf('worker').environment ?? {});
  for (const variable of VARIABLES.filter(({ name }) =>
    /^(ANTHROPIC|JIRA|ATLASSIAN|BITBUCKET|SLACK)_/.test(name),
  )) {
    // A command that runs a program on the host has no place in a container that does not hold it.
    if (!['JIRA_MCP_COMMAND', 'JIRA_MCP_ENV'].includes(variable.name)) {
      expect(set).toContain(variable.name);
    }
  }
  expect(set).toEqual(expect.arrayContaining(['AGENT_MODE', 'SANDBOX', 'EVENT_MAX_AGE', 'APPROVAL_TIMEOUT']));
});

test('no secret has a value in the file', () => {
  for (const [name, { environment = {} }] of Object.entries(compose.services)) {
    const bare = Object.entries(environment).filter(
      ([key, value]) => /PASSWORD|PWD|TOKEN|SECRET|API_KEY/.test(key) && !value.startsWith('${'),
    );
    expect({ name, bare }).toEqual({ name, bare: [] });
  }
});

test('what must be set stops the start with a sentence', () => {
  expect(TEXT).toMatch(/\$\{POSTGRES_PASSWORD:\?set [^}]+\}/);
  expect(TEXT).toMatch(/\$\{PM_AGENT_ADMIN_TOKEN:\?set [^}]+\}/);
});

test('every port is published on loopback only', () => {
  const ports = Object.values(compose.services).flatMap((one) => one.ports ?? []);
  expect(ports.length).toBeGreaterThan(0);
  expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
});

describe('our containers', () => {
  test.each(OURS)(
    '%s runs without privileges, on a read-only file system, and says whether it is healthy',
    (name) => {
      const one = serviceOf(name);
      expect(one).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
      expect(one.healthcheck).toBeDefined();
      expect(one.command).toEqual([name]);
    },
  );

  test('the image runs as a user without rights', () => {
    const user = [...DOCKERFILE.matchAll(/^USER (\S+)$/gm)].at(-1)?.[1];
    expect(user).toBe('node');
    expect(DOCKERFILE.indexOf('USER node')).toBeLessThan(DOCKERFILE.indexOf('ENTRYPOINT'));
  });

  test('the worker gets more time to stop than its activities take', () => {
    expect(serviceOf('worker').stop_grace_period).toBe('60s');
  });
});

test('everything that is referred to exists', () => {
  for (const [name, one] of Object.entries(compose.services)) {
    for (const network of one.networks) {
      expect(Object.keys(compose.networks)).toContain(network);
    }
    for (const dependency of Object.keys(one.depends_on ?? {})) {
      expect(Object.keys(compose.services)).toContain(dependency);
    }
    for (const { source } of one.configs ?? []) {
      expect(Object.keys(compose.configs)).toContain(source);
    }
    for (const volume of (one.volumes ?? []).filter((mount) => !mount.startsWith('.'))) {
      expect({ name, volumes: Object.keys(compose.volumes) }).toMatchObject({
        volumes: expect.arrayContaining([volume.split(':')[0]]),
      });
    }
  }
});

test('a service that others wait for to be healthy has a health check', () => {
  const waitedFor = Object.values(compose.services).flatMap((one) =>
    Object.entries(one.depends_on ?? {}).flatMap(([name, { condition }]) =>
      condition === 'service_healthy' ? [name] : [],
    ),
  );
  for (const name of waitedFor) {
    expect({ name, healthcheck: serviceOf(name).healthcheck !== undefined }).toEqual({
      name,
      healthcheck: true,
    });
  }
});

test('docker-compose.yml fits the Compose specification', () => {
  const schema = JSON.parse(
    readFileSync(join(process.cwd(), 'node_modules/dclint/schemas/compose.schema.json'), 'utf8'),
  ) as Record<string, unknown>;
  // Its $schema names draft-07 by an https address that ajv does not know.
  const { $schema: _unknown, ...known } = schema;
  const ajv = new Ajv({ strict: false, allErrors: true });
  (formats as unknown as (ajv: Ajv) => void)(ajv);
  const validate = ajv.compile(known);

  validate(parse(TEXT, { merge: true }));

  expect(validate.errors ?? []).toEqual([]);
});
