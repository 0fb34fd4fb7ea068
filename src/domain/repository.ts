/** `workspace/repository` by whatever letters: Bitbucket makes no difference, and people write it as they see it. */
export function repositoryName(repository: string): string {
  return repository.toLowerCase();
}

export function isSameRepository(one: string, other: string): boolean {
  return repositoryName(one) === repositoryName(other);
}
