/** Entity properties: what apps keep at comments and issues. */
import { isRecord, textAt } from '../loose-json.js';

const LONGEST_KEY = 255;
const LONGEST_VALUE = 32_768;

/** Null where one of them is not a property that Jira takes. */
export function readProperties(value: unknown): { key: string; value: unknown }[] | null {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return null;
  const properties = value.filter(isRecord).map((property) => ({
    key: textAt(property, 'key') ?? '',
    value: property.value,
  }));
  const valid = properties.every(
    ({ key, value: content }) =>
      key !== '' && key.length <= LONGEST_KEY && (JSON.stringify(content) ?? '').length <= LONGEST_VALUE,
  );
  return valid && properties.length === value.length ? properties : null;
}
