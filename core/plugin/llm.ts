/**
 * What an `llm` plugin does, part of the contract (`datamind/contract`). One plugin has one or more of three abilities: it
 * completes prompts (a language model), it reads questions without one (`interpret`), it embeds texts.
 */
import type { Lifecycle } from './contract.js';
import type { Grain, SemanticQuery } from '../query/semantic-query.js';

export interface Llm extends Lifecycle {
  /** Answers prompts. */
  readonly completion?: Completion;
  /** Turns a question into a semantic query by itself, from the vocabulary of the model. */
  readonly interpretation?: InterpretationAbility;
  /** Turns texts into vectors. */
  readonly embedding?: Embedding;
}

export interface Completion {
  /** As the provider calls it: shown in answers and in the trail. */
  readonly model: string;
  /** How many tokens prompt and answer may have together. */
  readonly contextTokens: number;
  /**
   * Streams one answer. Time-outs, retries and reading the provider's protocol are the plugin's; the last event is `end`.
   * Once the signal is aborted it rejects with the signal's reason, and the provider's connection is closed. Neither key nor
   * prompt nor answer is in an error or in the log.
   * @throws PluginError `LLM_UNAVAILABLE`, `LLM_RATE_LIMITED`, `LLM_TIMEOUT`, `LLM_REJECTED` (key, model or request are not
   *   taken), `LLM_DECLINED` (the model will not answer), `LLM_CUT_OFF` (the limit of tokens was reached), `LLM_ANSWER_INVALID`.
   */
  complete(request: CompletionRequest, signal: AbortSignal): AsyncIterable<CompletionEvent>;
  /** Tokens of a text, counted or estimated (never too few by more than a tenth). */
  countTokens(text: string): number;
}

export interface CompletionRequest {
  /** Instructions and context, what changes least first. A provider that keeps prefixes may keep what ends with a `stable` part. */
  readonly system: readonly { readonly text: string; readonly stable?: boolean }[];
  /** The conversation, oldest first; the last one is the user's. */
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[];
  /** The answer is to be JSON of this schema (draft 2020-12, objects closed); words when absent. */
  readonly schema?: {
    readonly name: string;
    readonly description: string;
    readonly schema: Readonly<Record<string, unknown>>;
  };
  /** Of the answer. */
  readonly maxTokens: number;
  /** Milliseconds for everything, tries included. */
  readonly timeoutMs: number;
  /** A workspace's own key, in place of the instance's. */
  readonly key?: string;
}

export type CompletionEvent =
  /** A piece of the answer as it comes. */
  | { readonly kind: 'text'; readonly text: string }
  /** The pieces so far are not of the answer: it was cut, and is asked for once more. */
  | { readonly kind: 'restart' }
  /** What tries took that gave no answer, just before the failure is thrown. */
  | { readonly kind: 'spent'; readonly usage: TokenUsage }
  | {
      readonly kind: 'end';
      /** The whole answer. */
      readonly text: string;
      /** The answer read as JSON, where a schema was given. It is not held to the schema yet. */
      readonly value?: unknown;
      readonly usage: TokenUsage;
    };

export interface TokenUsage {
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input, what the provider had kept from before. */
  readonly cachedTokens: number;
  /** By the instance's table of prices; `null` when it has none for the model. */
  readonly cost: { readonly amount: number; readonly currency: string } | null;
  /** How often the provider was asked. */
  readonly tries: number;
}

export interface Embedding {
  /** Changes whenever the same text would get another vector; an index of other vectors is made anew. */
  readonly id: string;
  readonly dimensions: number;
  /** One vector of length 1 for each text. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>;
}

export interface InterpretationAbility {
  interpret(request: InterpretRequest, signal: AbortSignal): Promise<Interpretation>;
}

export interface InterpretRequest {
  readonly question: string;
  /** What the subject may ask about, and nothing else. The same object for the same model and rights: indexes may hang on it. */
  readonly vocabulary: Vocabulary;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** IANA name: where "yesterday" is. */
  readonly timezone: string;
  /** What was asked and answered before in this conversation, oldest first. */
  readonly previous: readonly Turn[];
  /** What stands against a query; empty when it can be answered. Runs nothing. */
  check(query: SemanticQuery): Promise<readonly QueryProblem[]>;
  /** Values in the data that a phrase names or nearly names, best first: those that the subject may see and a prompt may hold. */
  findValues(phrase: string, limit: number): Promise<readonly ValueMatch[]>;
}

export interface Turn {
  readonly question: string;
  readonly query: SemanticQuery;
}

export interface QueryProblem {
  /** Of the catalogue of errors: `UNKNOWN_MEMBER`, `AMBIGUOUS_MEMBER`, `NO_PATH`, … */
  readonly code: string;
  readonly message: string;
}

export interface ValueMatch {
  /** The dimension, as in {@link VocabularyDimension.name}. */
  readonly dimension: string;
  readonly value: string | number | boolean;
  /** 1: the very words; less: nearly. */
  readonly score: number;
}

export type Interpretation =
  | {
      readonly outcome: 'query';
      readonly query: SemanticQuery;
      /** 0–1: how probably this is what was asked. */
      readonly confidence: number;
      /** The question as it was understood, in one sentence. */
      readonly reading: string;
      /** The answer is meant as it was said: what the reader should know (a word that was corrected, a reading that was preferred). */
      readonly notes: readonly string[];
    }
  | {
      readonly outcome: 'clarify';
      /** What to ask back. */
      readonly message: string;
      readonly choices: readonly { readonly label: string; readonly query: SemanticQuery }[];
    }
  | {
      readonly outcome: 'abstain';
      /** `outside`: it names what the model does not have (or the subject may not see: the two look alike). `unclear`: it could not be read. `unsafe`: it asks to change something, or to go around the rules. */
      readonly reason: 'outside' | 'unclear' | 'unsafe';
      readonly message: string;
      /** Words of the question that nothing stands for. */
      readonly unknown: readonly string[];
      /** Names of members that are near to what was asked. */
      readonly near: readonly string[];
    };

/** The names that a model has for people: what a subject may ask about. Plain data. */
export interface Vocabulary {
  /** Equal for two that are alike in everything. */
  readonly hash: string;
  readonly currency: string | null;
  readonly timezone: string;
  readonly weekStart: string;
  /** 1–12. */
  readonly fiscalYearStart: number;
  readonly entities: readonly VocabularyEntity[];
  /** Metrics, and measures that can be asked for by their own name. */
  readonly metrics: readonly VocabularyMetric[];
  readonly dimensions: readonly VocabularyDimension[];
  readonly segments: readonly VocabularySegment[];
  readonly hierarchies: readonly VocabularyHierarchy[];
  readonly glossary: readonly (VocabularyObject & { readonly refersTo: readonly string[] })[];
  readonly verified: readonly { readonly question: string; readonly query: SemanticQuery }[];
}

export interface VocabularyObject {
  /** As a semantic query takes it. */
  readonly name: string;
  readonly label: string;
  readonly description: string | null;
  readonly synonyms: readonly string[];
}

export interface VocabularyEntity extends VocabularyObject {
  /** Names of the dimensions that identify one of it; empty when they are no dimensions. */
  readonly key: readonly string[];
  /** The dimension that names one for people, when there is one. */
  readonly display: string | null;
  /** The metric that counts its rows, when there is one. */
  readonly count: string | null;
  readonly defaultTime: string | null;
  readonly joins: readonly {
    readonly name: string;
    readonly label: string;
    readonly to: string;
    readonly cardinality: 'many_to_one' | 'one_to_one' | 'one_to_many' | 'many_to_many';
    readonly role: boolean;
  }[];
}

export interface VocabularyMetric extends VocabularyObject {
  /** Entities whose rows it is made of. */
  readonly entities: readonly string[];
  readonly unit: string | null;
  readonly format: string | null;
  readonly kind: 'measure' | 'simple' | 'ratio' | 'formula' | 'cumulative' | 'change' | 'conversion';
  /** How a measure aggregates; `null` for what is made of others. */
  readonly aggregation: string | null;
  /** A level at a time, as a stock is: over time its last one holds, and not the sum. */
  readonly isLevel: boolean;
  /** How things are now, whenever they began: no time can be asked about it. */
  readonly isTimeless: boolean;
  /** The dimension whose time it goes by, where that is not its entity's default. */
  readonly time?: string;
  /** Some rows only: a condition is a part of what it is. */
  readonly isPart: boolean;
  readonly certified: boolean;
  /** How long before it what a change is against was. */
  readonly against?: { readonly count: number; readonly unit: Grain };
  /** The metrics that it is made of, in their order (a ratio's two sides, what a change is of). */
  readonly of: readonly string[];
  /** For each measure that it is computed from, which rows that takes, all of these at once; absent where all take all rows. */
  readonly takes?: readonly (readonly VocabularyRows[])[];
}

/** Rows by the value of a dimension. */
export interface VocabularyRows {
  /** {@link VocabularyDimension.name} */
  readonly dimension: string;
  readonly op: 'in' | 'not_in';
  readonly values: readonly (string | number | boolean)[];
}

export interface VocabularyDimension extends VocabularyObject {
  readonly entity: string;
  readonly type: 'string' | 'number' | 'boolean' | 'time';
  /** For `time`. */
  readonly grains: readonly Grain[];
  readonly unit: string | null;
  readonly isKey: boolean;
  /** All values there are, for enumerations; empty when open. */
  readonly values: readonly {
    readonly value: string | number | boolean;
    readonly label: string | null;
    readonly synonyms: readonly string[];
  }[];
  /** Some that there are. */
  readonly samples: readonly (string | number | boolean)[];
}

export interface VocabularySegment extends VocabularyObject {
  readonly entity: string;
}

export interface VocabularyHierarchy extends VocabularyObject {
  readonly entity: string;
  /** Names of dimensions, widest first; empty for a tree of parents. */
  readonly levels: readonly string[];
}
