/** What a second, independent parser is shown, and what it says. */
export interface Policing {
  /** The text as it came from the user. */
  readonly original: string;
  readonly text: string;
  /** What stands in the place of each table, without its parentheses, in the order of the text. */
  readonly relations: readonly { readonly alias: string; readonly text: string }[];
  /** Paths of tables that stand as they are, part by part: of planned statements only. */
  readonly bare?: readonly (readonly string[])[];
  /** Common tables that got another name: from the user's, folded as the engine does, to the new one. */
  readonly renamed: Readonly<Record<string, string>>;
}

/** What is shown to it. */
export const textsOf = ({ original, text, relations }: Policing): readonly string[] => [
  original,
  text,
  ...relations.map((relation) => relation.text),
];

/** `agrees`: the parser sees the user's statement with each table replaced by its relation, and nothing else changed. */
export type Opinion =
  | { readonly agrees: true; readonly parser: string }
  | { readonly agrees: false; readonly parser: string; readonly why: string };

export const opinionOf = (parser: string, why: string | null): Opinion =>
  why === null ? { agrees: true, parser } : { agrees: false, parser, why };
