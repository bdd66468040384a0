/** How the evaluator says no; `code` is one of the error catalogue's, named as a plain string on purpose. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
  }
}

export const refuse = (code: string, message: string): never => {
  throw new Refusal(code, message);
};

/** Not to be computed by simple loops: the page lays down an answer, but nobody has the time to wait for it. */
export class BeyondTheJudge extends Error {}
