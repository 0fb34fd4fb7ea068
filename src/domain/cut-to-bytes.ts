const utf8 = new TextEncoder();

/** At most `limit` bytes of UTF-8, never half a character; what was cut ends in an ellipsis. */
export function cutToBytes(text: string, limit: number): string {
  if (bytesOf(text) <= limit) {
    return text;
  }
  let room = limit - bytesOf('…');
  let cut = '';
  for (const character of text) {
    room -= bytesOf(character);
    if (room < 0) {
      break;
    }
    cut += character;
  }
  return `${cut}…`;
}

function bytesOf(text: string): number {
  return utf8.encode(text).length;
}
