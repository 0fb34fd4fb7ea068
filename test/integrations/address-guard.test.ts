import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createAddressGuard, isInside } from '../../src/integrations/address-guard.js';
import { createHttpClient } from '../../src/integrations/http.js';
import { createSlack } from '../../src/integrations/slack/client.js';
import { failureOf } from '../support/integration-failure.js';
import { startScriptedServer } from '../support/scripted-server.js';

describe('an address', () => {
  test.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    '::ffff:a00:1',
    '64:ff9b::127.0.0.1',
  ])('%s is inside', (address) => {
    expect(isInside(address)).toBe(true);
  });

  test.each(['104.192.141.1', '172.32.0.1', '100.128.0.1', '192.0.2.1', '2606:4700::1111', '::ffff:1.1.1.1'])(
    '%s is outside',
    (address) => {
      expect(isInside(address)).toBe(false);
    },
  );
});

describe('a base URL', () => {
  const guard = (baseUrl: string, addresses: readonly string[], privateHosts: readonly string[] = []) => {
    const asked: string[] = [];
    const resolve = async (host: string) => {
      asked.push(host);
      return addresses;
    };
    return { asked, check: createAddressGuard({ service: 'jira', baseUrl, privateHosts, resolve }) };
  };

  test('that leads outside is asked for once in a while', async () => {
    const { asked, check } = guard('https://acme.atlassian.net', ['104.192.141.1', '2606:4700::1111']);

    await check();
    await check();

    expect(asked).toEqual(['acme.atlassian.net']);
  });

  test('one of whose addresses is inside is refused, each time, with the setting that allows it', async () => {
    const { asked, check } = guard('https://jira.acme.example', ['104.192.141.1', '10.0.0.8']);

    const failure = await failureOf(check());
    await failureOf(check());

    expect(failure).toMatchObject({ code: 'network', outcomeUnknown: false, status: null });
    expect(failure.message).toBe(
      'jira: jira.acme.example leads to 10.0.0.8, an address inside the network, and nothing was sent; name the host in VENDOR_PRIVATE_HOSTS where that is meant',
    );
    expect(asked).toHaveLength(2);
  });

  test.each([
    ['an address', 'http://10.0.0.8:8080/jira'],
    ['this machine', 'http://localhost:8090/jira'],
    ['this machine by its IPv6 address', 'http://[::1]:8090'],
    ['a host that was named', 'https://JIRA.acme.example'],
  ])('that is %s is not looked up', async (_what, baseUrl) => {
    const { asked, check } = guard(baseUrl, ['10.0.0.8'], ['jira.acme.example']);

    await check();

    expect(asked).toEqual([]);
  });

  test('whose name leads nowhere is left to the request to tell', async () => {
    const resolve = () => Promise.reject(new Error('ENOTFOUND'));

    await expect(
      createAddressGuard({ service: 'jira', baseUrl: 'https://gone.example', privateHosts: [], resolve })(),
    ).resolves.toBeUndefined();
  });
});

describe('a client whose name leads inside', () => {
  const refuse = createAddressGuard({
    service: 'jira',
    baseUrl: 'https://jira.acme.example',
    privateHosts: [],
    resolve: async () => ['127.0.0.1'],
  });

  test('sends nothing over HTTP', async () => {
    const server = await startScriptedServer();
    const http = createHttpClient({
      service: 'jira',
      baseUrl: server.url,
      headers: {},
      timeoutMs: 1_000,
      messageOf: () => null,
      guard: refuse,
    });

    await expect(http.send({ method: 'GET', path: '/x' }, z.unknown())).rejects.toThrow('leads to 127.0.0.1');

    expect(server.received).toEqual([]);
    await server.close();
  });

  test('sends nothing to Slack', async () => {
    const server = await startScriptedServer();
    const slack = createSlack({ apiUrl: server.url, botToken: 't', guard: refuse });

    await expect(slack.self()).rejects.toThrow('leads to 127.0.0.1');

    expect(server.received).toEqual([]);
    await server.close();
  });
});

describe('a look at the address that takes long', () => {
  const forEver = () => new Promise<void>(() => undefined);

  test.each(['GET', 'POST'])(
    'ends with the time of the request, and nothing of the %s left',
    async (method) => {
      const server = await startScriptedServer();
      const http = createHttpClient({ ...options(server.url), timeoutMs: 50, guard: forEver });

      const failure = await failureOf(http.send({ method, path: '/x' }, z.unknown()));

      expect(failure).toMatchObject({
        code: 'timeout',
        retryable: true,
        outcomeUnknown: false,
        neverLeft: true,
      });
      expect(failure.message).toContain('was not found out in time, and nothing was sent to jira');
      expect(server.received).toEqual([]);
      await server.close();
    },
  );

  test('ends with the time of a call of Slack, and nothing left', async () => {
    const server = await startScriptedServer();
    const slack = createSlack({ apiUrl: server.url, botToken: 't', guard: forEver, timeoutMs: 50 });

    const failure = await failureOf(slack.self());

    expect(failure).toMatchObject({ code: 'timeout', neverLeft: true });
    expect(server.received).toEqual([]);
    await server.close();
  });

  test('ends with the signal of whoever asked, by its reason', async () => {
    const http = createHttpClient({ ...options('http://127.0.0.1:1'), guard: forEver });
    const stop = new AbortController();

    const sent = http.send({ method: 'POST', path: '/x', signal: stop.signal }, z.unknown());
    stop.abort(new Error('the worker stops'));

    await expect(sent).rejects.toThrow('the worker stops');
  });

  test('or a machine that slept since lets no write leave, and any read', async () => {
    const server = await startScriptedServer();
    let now = 0;
    const sleeping = async () => void (now += 6_000);
    const http = createHttpClient({ ...options(server.url), guard: sleeping, now: () => now });
    const slack = createSlack({ apiUrl: server.url, botToken: 't', guard: sleeping, now: () => now });

    const failures = [
      await failureOf(http.send({ method: 'POST', path: '/x' }, z.unknown())),
      await failureOf(slack.postMessage({ channel: 'C1', threadTs: null, text: 'x', actionId: 'a' })),
    ];
    expect(server.received).toEqual([]);
    server.answer({ body: {} });
    await http.send({ method: 'GET', path: '/x' }, z.unknown());

    for (const failure of failures) {
      expect(failure).toMatchObject({ code: 'timeout', retryable: true, outcomeUnknown: false });
    }
    expect(server.received).toMatchObject([{ method: 'GET' }]);
    await server.close();
  });

  function options(baseUrl: string) {
    return { service: 'jira' as const, baseUrl, headers: {}, timeoutMs: 1_000, messageOf: () => null };
  }
});
