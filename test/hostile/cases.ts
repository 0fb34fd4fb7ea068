/** The cases: each variant of each category in five of the fields, so that each category stands in every field. */
import { FIELDS, type Field } from './carriers.js';
import type { Category } from './corpus/category.js';
import { CORPUS } from './corpus/index.js';

export interface HostileCase {
  /** `overrides/plain/summary` */
  readonly id: string;
  readonly category: string;
  readonly field: Field;
  readonly parts: readonly string[];
  readonly wants: Category['wants'];
}

const FIELDS_EACH = 5;
const STEP = 3;

/** `overrides/plain` with its texts. */
export const VARIANTS: readonly Pick<HostileCase, 'id' | 'parts'>[] = Object.entries(CORPUS).flatMap(
  ([category, { variants }]) =>
    Object.entries(variants).map(([variant, parts]) => ({ id: `${category}/${variant}`, parts })),
);

export const CASES: readonly HostileCase[] = Object.entries(CORPUS).flatMap(
  ([category, { variants, wants }]) =>
    Object.entries(variants).flatMap(([variant, parts], index) =>
      fieldsOf(index).map((field) => ({
        id: `${category}/${variant}/${field}`,
        category,
        field,
        parts,
        wants,
      })),
    ),
);

function fieldsOf(index: number): readonly Field[] {
  return Array.from({ length: FIELDS_EACH }, (_, n) => FIELDS[(index * STEP + n) % FIELDS.length] as Field);
}
