/** The cases: each variant of each category in ten of the fields, so that each category stands in every field. */
import { FIRST_FIELDS, type Field, LATER_FIELDS, LATEST_FIELDS } from './carriers.js';
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

/** Of so many fields, how many each variant stands in, and how far the next one begins after it: four variants come round. */
const FIRST = { fields: FIRST_FIELDS, each: 5, step: 3 };
const LATER = { fields: LATER_FIELDS, each: 4, step: 4 };
const LATEST = { fields: LATEST_FIELDS, each: 1, step: 1 };

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
  return [FIRST, LATER, LATEST].flatMap(({ fields, each, step }) =>
    Array.from({ length: each }, (_, n) => fields[(index * step + n) % fields.length] as Field),
  );
}
