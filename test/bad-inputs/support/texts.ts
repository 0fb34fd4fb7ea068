/** All copies of a JSON value in which one of its texts is another one. */
export function withEachText(value: unknown, text: string): readonly unknown[] {
  if (typeof value === 'string') {
    return [text];
  }
  if (Array.isArray(value)) {
    return value.flatMap((member, index) =>
      withEachText(member, text).map((changed) => value.with(index, changed)),
    );
  }
  if (value === null || typeof value !== 'object') {
    return [];
  }
  return Object.entries(value).flatMap(([key, member]) =>
    withEachText(member, text).map((changed) => ({ ...value, [key]: changed })),
  );
}
