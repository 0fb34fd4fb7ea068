/** Every text anywhere in a JSON value, but for the names of members. However deep: outsiders nest more than a stack holds. */
export function textsIn(value: unknown): readonly string[] {
  const texts: string[] = [];
  const left = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one === 'string') {
      texts.push(one);
    } else if (one !== null && typeof one === 'object') {
      for (const member of Object.values(one).reverse()) {
        left.push(member);
      }
    }
  }
  return texts;
}
