import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CRITICAL_PRIORITIES, isCriticalPriority } from '../../src/domain/critical-priority.js';

test.each(['Highest', 'critical', 'BLOCKER', 'Urgent', 'p0', 'P1', ' Highest '])(
  '%s is critical by itself',
  (name) => {
    expect(isCriticalPriority(name)).toBe(true);
  },
);

test.each(['High', 'P10', 'Not critical', '', null])('%p is not', (name) => {
  expect(isCriticalPriority(name)).toBe(false);
});

test.each([
  ['Höchste', 'HÖCHSTE'],
  ['Höchste', 'Ho\u0308chste'],
  ['KRİTİK', 'kritik'],
  ['Dringend – Größte', 'DRINGEND – GRÖSSTE'],
  ['ΚΡΙΣΙΜΟΣ', 'κρισιμος'],
  ['最高', '最高'],
])('a team’s own name counts in any spelling: %s, %s', (own, read) => {
  expect(isCriticalPriority(read, [own])).toBe(true);
  expect(isCriticalPriority(own, [read])).toBe(true);
  expect(isCriticalPriority('Highest', [own])).toBe(false);
});

test('no name is critical where none is named, and each is whose name is its own', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme-ascii' }), (name, plain) => {
      expect(isCriticalPriority(name, [])).toBe(false);
      expect(isCriticalPriority(plain.toUpperCase(), [plain.toLowerCase()])).toBe(true);
      expect(isCriticalPriority(name, [...CRITICAL_PRIORITIES, name])).toBe(true);
    }),
  );
});
