import type { CompletionRequest } from '../../../core/plugin/contract.js';
import type { Plain, Stream } from './provider-server.js';

export interface Said {
  readonly model: string;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

/** How a provider speaks: what its answers are on the wire, those that go wrong too. */
export interface Protocol {
  readonly name: string;
  /** The folder of its plugin, under `plugins/llm`. */
  readonly plugin: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** The path that is asked. */
  readonly path: string;
  /** The header of a key, as it is sent. */
  readonly keyHeader: (key: string) => readonly [name: string, value: string];
  readonly words: (pieces: readonly string[], said: Said) => Stream;
  /** An answer that was asked for with a schema; the pieces are of its JSON. */
  readonly structured: (pieces: readonly string[], said: Said) => Stream;
  readonly refusal: (said: Said) => Stream;
  /** It ends at the limit of tokens. */
  readonly cutOff: (pieces: readonly string[], said: Said) => Stream;
  /** It calls something that was not offered; absent where nothing is called. */
  readonly wrongTool?: (said: Said) => Stream;
  /** It ends well, with nothing in it. */
  readonly empty: (said: Said) => Stream;
  /** It begins well, and then tells of an error. */
  readonly errorInside: (said: Said) => Stream;
  /** What cannot be read as the protocol. */
  readonly garbled: (said: Said) => Stream;
  /** A server that does not know the question for the model alone may be one that speaks the protocol all the same. */
  readonly startsAt404?: boolean;
  /** Whether it can be asked for the model alone. */
  readonly canBeLookedAt: boolean;
  /** Whether it tells how much of a prompt it had kept. */
  readonly countsCached: boolean;
  /** Where it is otherwise than the others, by the title of the case: it has no such thing on the wire. */
  readonly differs?: Readonly<Record<string, { readonly gets: string; readonly asked: number }>>;
  /** Holds what was sent to what was asked for. */
  readonly checkRequest: (body: Readonly<Record<string, unknown>>, request: CompletionRequest) => void;
  /** The body of an error with this status, quoting what it was sent as some do. */
  readonly error: (status: number, quote: string, headers?: Readonly<Record<string, string>>) => Plain;
}
