/** How far one text is from another. */

/** Of texts that differ over more than this, only so much is compared: nobody waits for a longer answer. */
const COMPARED = 2_000;

/** Levenshtein's distance over the length of the longer text: 0 for equal texts, 1 for texts that share nothing. */
export function editDistance(one: string, other: string): number {
  const longest = Math.max(one.length, other.length);
  const start = sharedStart(one, other);
  const end = sharedEnd(one.slice(start), other.slice(start));
  const left = one.slice(start, one.length - end);
  const right = other.slice(start, other.length - end);
  return longest === 0 ? 0 : levenshtein(left.slice(0, COMPARED), right.slice(0, COMPARED)) / longest;
}

function sharedStart(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let at = 0;
  while (at < most && one[at] === other[at]) {
    at += 1;
  }
  return at;
}

function sharedEnd(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let at = 0;
  while (at < most && one[one.length - 1 - at] === other[other.length - 1 - at]) {
    at += 1;
  }
  return at;
}

/** One row of the table at a time. */
function levenshtein(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let line = 1; line <= one.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= other.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (one[line - 1] === other[column - 1] ? 0 : 1);
      next[column] = Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1);
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
