import { type Command, CommanderError } from 'commander';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { maskText } from '../../core/pii/mask-text.js';
import { PluginError } from '../../core/plugin/contract.js';
import { openOutput, say } from './output.js';

/** What commands end with: 0 fine, 1 findings or a failure, 2 wrong use, 130 interrupted by Ctrl-C. */
export type ExitCode = 0 | 1 | 2 | 130;

/** Codes that mean that the command was called in a wrong way. */
const wrongUse: ReadonlySet<string> = new Set(['BAD_REQUEST', 'QUERY_INVALID']);

/** Codes whose suggestions are the choices there are, or examples, and not what was probably meant. */
const choices: ReadonlySet<string> = new Set(['AMBIGUOUS_MEMBER', 'AMBIGUOUS_PATH', 'TIME_RANGE_INVALID']);

const offer = (code: string, suggestions: readonly string[]): string =>
  choices.has(code) ? `Possible: ${suggestions.join(', ')}` : `Did you mean: ${suggestions.join(', ')}?`;

const lines = (error: DataMindError): readonly string[] => {
  const { hint, suggestions = [], errors = [] } = error.details;
  const first = error.message;
  const others = errors
    .slice(1)
    .map(({ at, message }) => `  ${at === undefined || at === '' ? '' : `${at}: `}${message}`);
  return [
    `${first} [${error.code}]`,
    ...(errors.length > 1 && !first.includes('\n') ? others : []),
    ...(suggestions.length > 0 && !hint?.startsWith('Did you mean') ? [`  ${offer(error.code, suggestions)}`] : []),
    ...(hint === undefined ? [] : [`  ${hint}`]),
  ];
};

/** Says what went wrong in words for people, and which exit code that is. Never a stack trace. */
export const reportFailure = (error: unknown): ExitCode => {
  if (error instanceof DataMindError) {
    say(lines(error).join('\n'));
    return wrongUse.has(error.code) ? 2 : 1;
  }
  if (PluginError.is(error)) {
    say(`${maskText(error.message)} [${error.code}]`);
    return 1;
  }
  say('Something unexpected happened in DataMind. [INTERNAL]');
  if (process.env.DATAMIND_LOG_LEVEL === 'debug') say(maskText(String((error as Error)?.stack ?? error)));
  else say('  Run it again with DATAMIND_LOG_LEVEL=debug to see where.');
  return 1;
};

/** Parses and runs, and sets the exit code. */
export const runProgram = async (program: Command, argv: readonly string[]): Promise<void> => {
  openOutput();
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else process.exitCode = reportFailure(error);
  }
};
