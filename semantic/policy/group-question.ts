/**
 * What a subject was answered about groups, and whether one more answer may be given. Each statement shows rows only when every
 * combination of its own splitters has enough units. So as long as all that was answered is split by parts of one such
 * combination, no difference of answers is smaller; see `CONTEXT.md`, "Groups only".
 */
import type { Subject } from '../../core/subject/subject.js';

export interface GroupQuestion {
  /** The table that the rows are of: several entities may stand on one. */
  readonly table: string;
  /** As people know it. */
  readonly entity: string;
  /** Equal for questions that have the same answer. */
  readonly signature: string;
  /** All that tells rows apart in it: dimensions with their grain and zone, filters, conditions of measures. */
  readonly splitters: readonly string[];
  /** How many different questions may be asked, `null` for any number, and for how many days one counts. */
  readonly budget: { readonly answers: number | null; readonly days: number };
}

/** `asked`: it runs; `answered`: it gave rows, so all its combinations are large enough; `withheld`: it gave none. */
export interface AskedBefore {
  readonly signature: string;
  readonly splitters: readonly string[];
  readonly state: 'asked' | 'answered' | 'withheld';
}

export interface Refusal {
  readonly message: string;
  readonly hint: string;
}

const isWithin = (some: readonly string[], all: ReadonlySet<string>): boolean => some.every((one) => all.has(one));

/**
 * Why the question must not be answered; `null` when it may.
 *
 * @param before what the subject asked of the same table, as far as it still counts
 */
export const whyNotAnswered = (before: readonly AskedBefore[], question: GroupQuestion): Refusal | null => {
  const { entity, signature, splitters, budget } = question;
  const signatures = new Set(before.map((one) => one.signature));
  if (budget.answers !== null && !signatures.has(signature) && signatures.size >= budget.answers) {
    return {
      message: `Of "${entity}" you may have ${budget.answers} different answers in ${budget.days} days, and you have had them.`,
      hint: 'Ask one of the earlier questions again, or wait.',
    };
  }
  const open = before.filter(({ state }) => state !== 'withheld');
  const coversAll = open.every((one) => isWithin(one.splitters, new Set(splitters)));
  const isCovered = open.some((one) => one.state === 'answered' && isWithin(splitters, new Set(one.splitters)));
  if (coversAll || isCovered) return null;
  const earlier = new Set(open.flatMap((one) => one.splitters).map(readable));
  return {
    message: `This answer about "${entity}" beside your earlier ones could tell of a group that is too small.`,
    hint: `Ask for all of it in one query first, with what told rows apart before: ${[...earlier].sort().join(', ')}. If that is answered, so is each part.`,
  };
};

const readable = (splitter: string): string => {
  const [name, grain] = splitter.split(' ') as [string, string | undefined];
  if (name === 'condition') return 'the conditions of the metrics';
  return grain === undefined ? name : `${name} by ${grain}`;
};

/** What becomes of a question that was let through. */
export interface GroupReceipt {
  /** It gave a row. Said more than once it counts once. Never rejects. */
  answered(): Promise<void>;
  /** It ended without one; of a question that gave a row it means nothing. Never rejects. */
  withheld(): Promise<void>;
}

/** Remembers by user, whatever their attributes are today. */
export interface GroupLedger {
  /** Notes the question, in one step with the judgement. @throws DataMindError `FORBIDDEN`, and when it cannot be noted */
  ask(subject: Subject, question: GroupQuestion): Promise<GroupReceipt>;
}
