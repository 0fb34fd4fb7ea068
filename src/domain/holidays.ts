/** Days on which a whole country does not work. Regional ones belong into a calendar's `blackout`. */

type DaysOf = (year: number) => readonly string[];

/** Nationwide holidays by country; a country is a row. */
const COUNTRIES = {
  AT: (year) => [
    ...fixed(year, '01-01', '01-06', '05-01', '08-15', '10-26', '11-01', '12-08', '12-25', '12-26'),
    ...byEaster(year, 1, 39, 50, 60),
  ],
  CH: (year) => [...fixed(year, '01-01', '08-01', '12-25'), ...byEaster(year, 39)],
  DE: (year) => [
    ...fixed(year, '01-01', '05-01', '10-03', '12-25', '12-26'),
    ...byEaster(year, -2, 1, 39, 50),
  ],
  FR: (year) => [
    ...fixed(year, '01-01', '05-01', '05-08', '07-14', '08-15', '11-01', '11-11', '12-25'),
    ...byEaster(year, 1, 39, 50),
  ],
  GB: (year) => [
    ...substituted(fixed(year, '01-01')),
    ...substituted(fixed(year, '12-25', '12-26')),
    ...byEaster(year, -2, 1),
    nth(year, 5, MONDAY, 1),
    last(year, 5, MONDAY),
    last(year, 8, MONDAY),
  ],
  NL: (year) => [...fixed(year, '01-01', '12-25', '12-26'), ...byEaster(year, 1, 39, 50), kingsDay(year)],
  US: (year) => [
    ...observed(fixed(year, '01-01', '06-19', '07-04', '11-11', '12-25')),
    nth(year, 1, MONDAY, 3),
    nth(year, 2, MONDAY, 3),
    last(year, 5, MONDAY),
    nth(year, 9, MONDAY, 1),
    nth(year, 10, MONDAY, 2),
    nth(year, 11, THURSDAY, 4),
  ],
} as const satisfies Readonly<Record<string, DaysOf>>;

export type HolidayCountry = keyof typeof COUNTRIES;
export const HOLIDAY_COUNTRIES = Object.keys(COUNTRIES) as readonly HolidayCountry[];

/** @param date `YYYY-MM-DD` in the calendar's own time zone */
export function isHoliday(date: string, country: HolidayCountry): boolean {
  const year = Number(date.slice(0, 4));
  // The first of January of the next year can be kept on the last day of this one.
  return COUNTRIES[country](year).includes(date) || COUNTRIES[country](year + 1).includes(date);
}

const MONDAY = 1;
const THURSDAY = 4;
const SATURDAY = 6;
const SUNDAY = 0;

function fixed(year: number, ...days: readonly string[]): readonly string[] {
  return days.map((day) => `${year}-${day}`);
}

/** Days after (or before) Easter Sunday. */
function byEaster(year: number, ...offsets: readonly number[]): readonly string[] {
  const easter = easterSunday(year);
  return offsets.map((offset) => shifted(easter, offset));
}

/** The Gregorian computus of Meeus, Jones and Butcher. */
function easterSunday(year: number): string {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 19 * l) / 433);
  const month = Math.floor((h + l - 7 * m + 90) / 25);
  const day = (h + l - 7 * m + 33 * month + 19) % 32;
  return dateOf(new Date(Date.UTC(year, month - 1, day)));
}

function nth(year: number, month: number, weekday: number, n: number): string {
  const first = new Date(Date.UTC(year, month - 1, 1));
  const offset = ((weekday - first.getUTCDay() + 7) % 7) + (n - 1) * 7;
  return shifted(dateOf(first), offset);
}

function last(year: number, month: number, weekday: number): string {
  const end = new Date(Date.UTC(year, month, 0));
  return shifted(dateOf(end), -((end.getUTCDay() - weekday + 7) % 7));
}

/** Never kept on a Sunday: then the day before. */
function kingsDay(year: number): string {
  const day = `${year}-04-27`;
  return weekdayOf(day) === SUNDAY ? shifted(day, -1) : day;
}

/** On a Saturday kept the day before too, on a Sunday the day after: some teams work on weekends. */
function observed(days: readonly string[]): readonly string[] {
  const kept = days.map((day) => {
    const weekday = weekdayOf(day);
    return weekday === SATURDAY ? shifted(day, -1) : weekday === SUNDAY ? shifted(day, 1) : day;
  });
  return [...days, ...kept];
}

/** On a weekend kept also on the next working day that no other of them takes. */
function substituted(days: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const day of days) {
    let free = day;
    while ([SATURDAY, SUNDAY].includes(weekdayOf(free)) || kept.includes(free)) {
      free = shifted(free, 1);
    }
    kept.push(free);
  }
  return [...days, ...kept];
}

function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

function shifted(day: string, days: number): string {
  return dateOf(new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000));
}

function dateOf(day: Date): string {
  return day.toISOString().slice(0, 10);
}
