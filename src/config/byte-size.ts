import { z } from 'zod';

const UNITS: Readonly<Record<string, number>> = { KB: 1024, MB: 1024 * 1024 };

/** Bytes of `512KB`, `5MB` (of 1024 each); null where the text is none of these. */
function parseByteSize(text: string): number | null {
  const [, amount, unit] = /^(\d{1,6}) ?(KB|MB)$/.exec(text.trim()) ?? [];
  const factor = unit === undefined ? undefined : UNITS[unit];
  return amount === undefined || factor === undefined ? null : Number(amount) * factor;
}

/** A variable that holds a size; null where it is unset. A slip of the pen must never mean "no limit". */
export function byteSize(smallest: string, largest: string) {
  const [least, most] = [parseByteSize(smallest) ?? 0, parseByteSize(largest) ?? 0];
  return z
    .string()
    .transform((value, context) => {
      const bytes = parseByteSize(value);
      if (bytes === null || bytes < least || bytes > most) {
        const message = `"${value}" is not a size like 512KB or 5MB, from ${smallest} to ${largest}`;
        context.addIssue({ code: 'custom', message });
      }
      return bytes;
    })
    .nullable()
    .default(null);
}
