import { type ConformanceCase, Skipped } from '../case.js';
import { failsWith, inTime, same, sameCell } from '../expectation.js';
import { judgeMessage } from '../judge-message.js';
import { type ErrorProbe, errorProbes } from '../probes.js';
import { secretsOf } from '../secrets.js';

export const errorCases: readonly ConformanceCase[] = (Object.keys(errorProbes) as ErrorProbe[]).map((probe) => ({
  id: `errors/${probe}`,
  title: `${errorProbes[probe].title}: its code, our own words, no value`,
  area: 'errors',
  needs: ['engine', 'admin'],
  run: async ({ ask, phrases, config, manifest }) => {
    const phrase = phrases.errors[probe];
    if ('absent' in phrase) throw new Skipped(phrase.absent);
    if ('gives' in phrase) {
      sameCell((await ask(phrase.text)).rows[0]?.[0], phrase.gives, 'what the engine gives instead of an error');
      return;
    }
    const error = await failsWith(ask(phrase.text), [phrase.code ?? errorProbes[probe].code], errorProbes[probe].title);
    judgeMessage(error, secretsOf(manifest, config));
    same((await inTime(ask('SELECT 1'), 10_000, 'a query afterwards')).rows.length, 1, 'rows afterwards');
  },
}));
