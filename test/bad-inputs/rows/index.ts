import type { Row } from '../support/row.js';
import { contentRows } from './content.js';
import { decisionRows } from './decisions.js';
import { httpRows } from './http.js';
import { proofRows } from './proof.js';
import { readingRows } from './reading.js';
import { repeatRows } from './repeats.js';
import { sizeRows } from './size-and-speed.js';
import { slackClickRows } from './slack-clicks.js';
import { startRows } from './start.js';
import { unreadableRows } from './unreadable.js';

export const ROWS: readonly Row[] = [
  proofRows,
  startRows,
  repeatRows,
  sizeRows,
  unreadableRows,
  contentRows,
  slackClickRows,
  decisionRows,
  readingRows,
  httpRows,
]
  .flat()
  .toSorted((one, other) => one.number - other.number);
