import type { Person } from '../domain/approval.js';

/** Of somebody whom pm-agent.yaml names no more, the id is all that is known. */
export function personName(id: string, people: readonly Pick<Person, 'id' | 'name'>[]): string {
  return people.find((person) => person.id === id)?.name ?? id;
}
