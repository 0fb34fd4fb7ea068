/** Who is meant by a name that anybody may claim, as a raw signal does. */
import type { Person } from './approval.js';

/** Ids of people, and every way in which one of them may be spelled, folded ({@link folded}). */
export type Signers = Readonly<Record<string, readonly string[]>>;

/** Everybody but bots: by id, by name, and by the accounts that the vendors know them by. */
export function signersOf(people: readonly Person[]): Signers {
  return Object.fromEntries(
    people
      .filter(({ roles }) => !roles.includes('bot'))
      .map(({ id, name, jira, bitbucket, slack }) => [
        id,
        [
          ...new Set(
            [id, name, jira, bitbucket, slack].flatMap((one) => (one === null ? [] : [folded(one)])),
          ),
        ],
      ]),
  );
}

/** Those who may be meant: nobody, one, or several who share a name. An id spelled out means whom it belongs to. */
export function meantBy(claimed: string, signers: Signers): readonly string[] {
  if (Object.hasOwn(signers, claimed)) {
    return [claimed];
  }
  const name = folded(claimed);
  return Object.keys(signers).filter((id) => signers[id]?.includes(name));
}

/** In one case and width, with single spaces, without what marks a mention: `<@U0BO>`, `@Bo`. */
function folded(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^<?@|>$/g, '')
    .toLowerCase();
}
