/** The part of Bitbucket's filter language that lists of pull requests are asked with: comparisons joined by OR. */
import type { BitbucketPullRequestRecord } from './records.js';

type Matches = (pr: BitbucketPullRequestRecord) => boolean;

const FIELDS: Readonly<Record<string, (pr: BitbucketPullRequestRecord) => string>> = {
  title: (pr) => pr.title,
  state: (pr) => pr.state,
  updated_on: (pr) => pr.updatedOn,
  'source.branch.name': (pr) => pr.sourceBranch,
};

/** Everything for no filter, null for one that is not understood. */
export function filterOf(text: string | null): Matches | null {
  if (text === null) return () => true;
  const parts = text.split(/\s+OR\s+/i).map(comparison);
  return parts.includes(null) ? null : (pr) => parts.some((matches) => matches?.(pr) === true);
}

/** `~` finds a text within the field, whatever its case. */
function comparison(text: string): Matches | null {
  const [, name = '', operator, quoted, bare] =
    /^\s*([\w.]+)\s*(~|=|>=)\s*(?:"([^"]*)"|([^"\s]+))\s*$/.exec(text) ?? [];
  const field = FIELDS[name];
  const wanted = quoted ?? bare ?? '';
  if (field === undefined) return null;
  if (operator === '~') return (pr) => field(pr).toLowerCase().includes(wanted.toLowerCase());
  if (operator === '=') return (pr) => field(pr) === wanted;
  const since = Date.parse(wanted);
  return Number.isNaN(since) ? null : (pr) => Date.parse(field(pr)) >= since;
}
