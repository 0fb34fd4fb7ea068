/** The demo team: one row a person, with their accounts at each vendor. Invented. */

export interface SeedPerson {
  readonly name: string;
  readonly email: string;
  readonly jira: string;
  readonly bitbucket: string;
  /** Bitbucket's nickname and Slack's user name. */
  readonly handle: string;
  readonly slack: string;
}

export const ANA = person('Ana Lindqvist', 'ana', 'a11a0000-0000-4000-8000-000000000001', 'U0ANA');
export const BO = person('Bo Chen', 'bo', 'b0c40000-0000-4000-8000-000000000002', 'U0BO');
export const CLEO = person('Cleo Diaz', 'cleo', 'c1e00000-0000-4000-8000-000000000003', 'U0CLEO');
export const DAN = person('Dan Okafor', 'dan', 'da400000-0000-4000-8000-000000000004', 'U0DAN');
export const EVA = person('Eva Novak', 'eva', 'e7a00000-0000-4000-8000-000000000005', 'U0EVA');

/** Writes to the service project, and is nobody of the team. */
export const CUSTOMER = {
  name: 'Mira Holm',
  email: 'mira@customer.example',
  jira: 'qm:c0570000-0000-4000-8000-000000000009',
};

export const PEOPLE = [ANA, BO, CLEO, DAN, EVA] as const;

function person(name: string, handle: string, uuid: string, slack: string): SeedPerson {
  return {
    name,
    handle,
    email: `${handle}@acme.example`,
    jira: `712020:${uuid}`,
    bitbucket: `{${uuid}}`,
    slack,
  };
}
