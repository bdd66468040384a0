import { answerInvalid } from './faults.js';

const fenced = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?\s*```\s*$/;

/** The answer as JSON; one block of code around it is taken off. @throws PluginError `LLM_ANSWER_INVALID` */
export const readAnswer = (text: string): unknown => {
  try {
    return JSON.parse(fenced.exec(text)?.[1] ?? text);
  } catch {
    // The parser's own words quote the text.
    throw answerInvalid('it is not JSON');
  }
};
