/** The demo team's Slack: two channels with a little talk in them. */
import type { SlackChannelRecord } from '../slack/records.js';
import { ANA, BO, CLEO, DAN, EVA, PEOPLE, type SeedPerson } from './people.js';
import type { Seeding } from './seeding.js';

export function seedSlack(seeding: Seeding): void {
  const { slack, accounts } = seeding;
  for (const person of PEOPLE) {
    slack.saveUser({
      id: person.slack,
      name: person.handle,
      realName: person.name,
      email: person.email,
      isBot: false,
      botId: null,
      tz: 'Europe/Berlin',
    });
  }
  slack.saveUser({
    id: accounts.slack.userId,
    name: accounts.slack.displayName.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    realName: accounts.slack.displayName,
    email: null,
    isBot: true,
    botId: accounts.slack.botId,
    tz: 'Etc/UTC',
  });
  slack.saveChannel(channel(seeding, 'C0PAY', 'payments', 'Payments team', [ANA, BO, CLEO, DAN, EVA]));
  slack.saveChannel(channel(seeding, 'C0WEB', 'web-shop', 'Web shop team', [ANA, CLEO, DAN, EVA]));
  seedTalk(seeding);
}

function channel(
  { accounts, daysAgo }: Seeding,
  id: string,
  name: string,
  purpose: string,
  people: readonly SeedPerson[],
): SlackChannelRecord {
  return {
    id,
    name,
    isIm: false,
    imUser: null,
    isArchived: false,
    topic: '',
    purpose,
    creator: ANA.slack,
    created: Math.floor(Date.parse(daysAgo(200)) / 1000),
    members: [...people.map(({ slack }) => slack), accounts.slack.userId],
  };
}

function seedTalk({ slack, at }: Seeding): void {
  at(1.2);
  const opener = slack.postMessage(EVA.slack, 'C0PAY', {
    text: 'Support asks again about the double charges (PAY-6). Can we say something before Friday?',
  });
  at(1.1);
  slack.postMessage(BO.slack, 'C0PAY', {
    text: 'PAY-3 removes the cause, but it is not merged yet.',
    threadTs: opener.ts,
  });
  at(0.4);
  slack.postMessage(DAN.slack, 'C0PAY', { text: 'The partial refund fix (PAY-5) waits for a review.' });
  at(0.3);
  slack.postMessage(CLEO.slack, 'C0WEB', {
    text: 'The build of WEB-2 is red since yesterday, I am on it.',
  });
}
