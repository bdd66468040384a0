import type { PluginError } from '../contract.js';
import { holds } from './expectation.js';
import { confidential } from './probes.js';

const ownWords = (error: unknown): readonly string[] => {
  const words: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) words.push(at.message);
  return words;
};

/** What people may read of an error: one sentence, not the engine's, without secrets and without values of the data. */
export const judgeMessage = (error: PluginError, secrets: readonly string[] = []): void => {
  const { message } = error;
  holds(message.length > 10 && message.length < 400, `the message is ${message.length} characters long`);
  holds(!message.includes('\n'), 'the message has more than one line');
  holds(/[.!]$/.test(message), `the message is no sentence: ${message}`);
  holds(!message.includes(confidential), 'the message holds a value of the statement or the data');
  for (const secret of secrets) holds(!message.includes(secret), 'the message holds a secret');
  for (const words of ownWords(error.cause)) {
    const gist = words.split('\n')[0]!.trim();
    holds(
      gist.length < 12 || !message.includes(gist),
      `the message repeats the engine's own words: ${gist.slice(0, 80)}`,
    );
  }
};
