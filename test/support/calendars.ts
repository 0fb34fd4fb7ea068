/** Working times that tests go by: nine to five, Monday to Friday. */
import type { WorkCalendar } from '../../src/domain/work-calendar.js';

/** With the holidays of its country, and clocks that change. */
export const berlin: WorkCalendar = {
  timezone: 'Europe/Berlin',
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: 540,
  to: 1_020,
  holidays: 'DE',
  blackout: [],
};

/** All year. */
export const office: WorkCalendar = { ...berlin, timezone: 'UTC', holidays: null };
