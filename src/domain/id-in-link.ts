/** The id in a link that somebody copied: people have the link of a comment or a message at hand, not its id. */

/**
 * What a vendor's permalink leads to, by the vendor's own id: a message's ts (Slack's `chat.getPermalink`: `/archives/C…/p` and
 * the ts without its dot), a comment's id (Jira's `focusedCommentId`, Data Center's and the newer view's `focusedId`; Bitbucket's
 * `#comment-…`). Anything else is given back as it came.
 */
export function idInLink(text: string): string {
  if (!URL.canParse(text)) {
    return text;
  }
  const url = new URL(text);
  return slackTs(url) ?? jiraComment(url) ?? bitbucketComment(url) ?? text;
}

function slackTs({ pathname }: URL): string | null {
  const [, seconds, fraction] = /\/archives\/[A-Z0-9]+\/p(\d{10})(\d{6})$/.exec(pathname) ?? [];
  return seconds === undefined ? null : `${seconds}.${fraction}`;
}

function jiraComment({ searchParams }: URL): string | null {
  return searchParams.get('focusedCommentId') ?? searchParams.get('focusedId');
}

function bitbucketComment({ hash }: URL): string | null {
  return /^#comment-(\d+)$/.exec(hash)?.[1] ?? null;
}
