/** Status notes over Jira's comments. An edit changes words and mark in one request. */
import { z } from 'zod';
import type { Json } from '../../domain/canonical-json.js';
import type { OutgoingRequest } from '../../domain/effect.js';
import { isNode, textBelow } from '../../domain/markup/adf-node.js';
import { adfToWiki, isAdfDocument } from '../../domain/markup/adf-to-wiki.js';
import { markdownToAdf } from '../../domain/markup/markdown-to-adf.js';
import type { Allowed } from '../../domain/markup/outgoing-text.js';
import { type HttpClient, segment } from '../http.js';
import { digestOfWords, type NoteWrite, type StandingNote, type StatusNotes } from '../status-notes.js';
import { markersOfComments } from './comment-markers.js';
import { commentPages } from './comment-pages.js';
import { isoUtc, toUser } from './convert.js';
import { type JiraDeployment, shownIn } from './data-center.js';
import { ACTION_PROPERTY, shownTo } from './marker.js';
import { keptSchema, type MarkerJson, markerSchema, notesPageSchema } from './notes-schema.js';
import { createJiraHttp, type JiraRestOptions, until } from './rest.js';
import { belowIssue, issuePath } from './rest-issue.js';
import { createdSchema, userSchema, writtenCommentSchema } from './schema.js';

/** An issue by its key. */
export type JiraNotes = StatusNotes<string>;

/** Answers with `IntegrationError` for every failure. */
export function createJiraNotes(options: JiraRestOptions): JiraNotes {
  const http = createJiraHttp(options);
  const { linkHosts = [new URL(options.baseUrl).host], mentions = [] } = options;
  const writing = writingOf({ linkHosts, mentions }, options.deployment);
  const { requests } = writing;
  return {
    ...writing,
    read: async (issueKey, id) => {
      const [me, note] = await Promise.all([myId(http), readNote(http, issueKey, id)]);
      return note === null
        ? null
        : standing(note, (await markersOfComments(http, [id], markerSchema)).get(id) ?? null, me);
    },
    newest: (issueKey) => newest(http, issueKey),
    add: async (issueKey, write, signal) =>
      (await http.send({ ...requests.add(issueKey, write), ...until(signal) }, createdSchema)).id,
    edit: async (issueKey, id, write, signal) => {
      await http.send({ ...requests.edit(issueKey, id, write), ...until(signal) }, z.unknown());
    },
    putBack: async (issueKey, id, kept, signal) => {
      await http.send({ ...requests.putBack(issueKey, id, kept), ...until(signal) }, z.unknown());
    },
  };
}

/** What is sent, and what it is compared by: in the words of the site. */
function writingOf(
  allowed: Allowed,
  deployment: JiraDeployment | undefined,
): Pick<JiraNotes, 'requests' | 'wordsOf'> {
  const bodyOf = ({ body }: NoteWrite): unknown => {
    const adf: unknown = markdownToAdf(body, allowed);
    return deployment === 'data_center' && isAdfDocument(adf) ? adfToWiki(adf) : adf;
  };
  const wordsOf = (write: NoteWrite) => digestOfWords(textOf(bodyOf(write)));
  const markOf = (write: NoteWrite): MarkerJson => ({
    actionId: write.actionId,
    answers: [...write.answers],
    note: { words: wordsOf(write) },
  });
  const requests: JiraNotes['requests'] = {
    add: (issueKey, write) => request('POST', `${issuePath(issueKey)}/comment`, bodyOf(write), markOf(write)),
    edit: (issueKey, id, write) => request('PUT', commentPath(issueKey, id), bodyOf(write), markOf(write)),
    putBack: (issueKey, id, kept) => {
      const { body, marker } = keptSchema.parse(kept);
      return request('PUT', commentPath(issueKey, id), body, marker);
    },
  };
  return { wordsOf, requests: shownIn(deployment, requests) };
}

/** A note is for the team, said with each of its words: one that customers were shown once would show them the new ones. */
function request(method: string, path: string, body: unknown, marker: MarkerJson | null): OutgoingRequest {
  const mark = marker === null ? [] : [{ key: ACTION_PROPERTY, value: marker }];
  return { service: 'jira', method, path, body: { body, properties: [...mark, shownTo(false)] } };
}

function commentPath(issueKey: string, id: string): string {
  return `${issuePath(issueKey)}/comment/${segment(id)}`;
}

/** Wiki markup on Data Center; a mention's name is no text of a document, and the site's to spell. */
function textOf(body: unknown): string {
  return typeof body === 'string' ? body : isNode(body) ? textBelow(body) : '';
}

type NoteJson = z.infer<typeof writtenCommentSchema>;

async function myId(http: HttpClient): Promise<string> {
  const me = await http.send({ method: 'GET', path: '/rest/api/3/myself' }, userSchema);
  return toUser(me)?.accountId ?? '';
}

function readNote(http: HttpClient, issueKey: string, id: string): Promise<NoteJson | null> {
  const asked = http.send({ method: 'GET', path: commentPath(issueKey, id) }, writtenCommentSchema);
  return belowIssue(http, issueKey, asked);
}

/** Only what the agent's account wrote can be its note: whoever else has our property has put it there. */
async function newest(http: HttpClient, issueKey: string): Promise<StandingNote | null> {
  const me = await myId(http);
  for await (const comments of commentPages(http, issueKey, notesPageSchema)) {
    const own = comments.filter(({ author }) => toUser(author)?.accountId === me);
    const markers = await markersOfComments(
      http,
      own.map(({ id }) => id),
      markerSchema,
    );
    const note = own.find(({ id }) => markers.get(id)?.note !== undefined);
    if (note !== undefined) {
      return standing(note, markers.get(note.id) ?? null, me);
    }
  }
  return null;
}

function standing(comment: NoteJson, marker: MarkerJson | null, me: string): StandingNote {
  const { id, body, author, updateAuthor, created, updated } = comment;
  const writer = toUser(updateAuthor ?? author);
  return {
    id,
    kept: { body, marker } as Json,
    words: digestOfWords(textOf(body)),
    markedWords: marker?.note?.words ?? null,
    answers: marker?.answers ?? [],
    isByAgent: writer?.accountId === me,
    lastWritten: `${writer?.displayName ?? 'somebody'} at ${isoUtc(updated ?? created ?? '')}`,
    isOf: (actionId) => marker?.actionId === actionId,
  };
}
