import { Cron } from 'croner';
import { DataMindError } from '../../core/errors/datamind-error.js';

const unreadable = (at: string): DataMindError =>
  new DataMindError('BAD_REQUEST', 'The schedule cannot be read.', {
    at,
    hint: 'A schedule is a cron expression, such as "0 7 * * 1-5", with the name of a time zone, such as Europe/Berlin.',
  });

/**
 * The first moment after another one that a cron expression names, by the clocks of a time zone.
 * @throws DataMindError `BAD_REQUEST` when it cannot be read, or names no moment
 */
export const nextRun = (cron: string, timeZone: string, after: number): number => {
  // Names of minutes that never come ("@reboot"), dates as the library takes them: neither is a schedule here.
  if (!/^[\d*,/?LW#A-Za-z-]+(?: +[\d*,/?LW#A-Za-z-]+){4,5}$/.test(cron.trim())) throw unreadable('/cron');
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw unreadable('/time_zone');
  }
  let next: Date | null;
  try {
    next = new Cron(cron.trim(), { timezone: timeZone, paused: true }).nextRun(new Date(after));
  } catch {
    throw unreadable('/cron');
  }
  if (next === null) throw unreadable('/cron');
  return next.getTime();
};
