/** The team that the scenarios play in: invented people, one project, one repository, one channel. */

export interface Person {
  /** At Jira. */
  readonly id: string;
  readonly name: string;
  readonly bitbucket: string;
  readonly slack: string;
}

function person(short: string, name: string): Person {
  return { id: `712020:${short}`, name, bitbucket: `{${short}}`, slack: `U0${short.toUpperCase()}` };
}

export const mira = person('mira', 'Mira Solberg');
export const jonas = person('jonas', 'Jonas Weiss');
export const priya = person('priya', 'Priya Nair');
export const tomas = person('tomas', 'Tomas Rivera');
export const PEOPLE: readonly Person[] = [mira, jonas, priya, tomas];

/** The agent's own accounts, as it would have them at each vendor. */
export const AGENT: Person = person('agent', 'PM Agent');

export const TENANT = 'scenario';
export const PROJECT = 'PAY';
export const REPOSITORY = 'acme/pay-api';
export const CHANNEL = 'C0PAYMENTS';
export const BOARD = 7;

/** When all of it happens. */
export const NOW = '2026-11-23T10:00:00.000Z';
