/** What is made from something, once for each that it becomes. @param current the same object until something changed */
export function madeAnew<T extends object, R>(current: () => T, make: (from: T) => R): () => R {
  let from = current();
  let made = make(from);
  return () => {
    if (current() !== from) {
      from = current();
      made = make(from);
    }
    return made;
  };
}
