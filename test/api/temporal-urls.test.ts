import { expect, test } from '@jest/globals';
import { temporalUrls } from '../../src/api/views/cycle-view.js';
import { testConfig } from './support/config.js';

const { temporal } = testConfig('/data');

test.each([
  ['127.0.0.1:7233', 'http://127.0.0.1:8233/namespaces/team%20a/workflows/cycle-jira-1'],
  ['localhost:7233', 'http://localhost:8233/namespaces/team%20a/workflows/cycle-jira-1'],
  ['[::1]:7233', 'http://[::1]:8233/namespaces/team%20a/workflows/cycle-jira-1'],
  ['temporal:7233', '/namespaces/team%20a/workflows/cycle-jira-1'],
  ['pm.a2dd6.tmprl.cloud:7233', '/namespaces/team%20a/workflows/cycle-jira-1'],
])('a workflow of the server at %s is shown at %s', (address, url) => {
  const urlOf = temporalUrls({ ...temporal, address, uiPort: 8233, namespace: 'team a' });

  expect(urlOf('cycle-jira-1')).toBe(url);
});
