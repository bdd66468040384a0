import type { ErrorObject } from 'ajv';
import { didYouMean } from './did-you-mean.js';
import { child } from './json-pointer.js';

export interface SchemaProblem {
  readonly at: string;
  readonly message: string;
}

const articles: Readonly<Record<string, string>> = {
  string: 'a text in "quotes"',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object in {}',
  array: 'a list in []',
  null: 'null',
};

const nameType = (type: string): string => articles[type] ?? type;

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value === 'object' ? 'object' : typeof value;

const list = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join(', ');

const longestKey = 100;

const unknownKey = (error: ErrorObject, name: string): SchemaProblem => {
  const key = name.slice(0, longestKey);
  const known = Object.keys((error.parentSchema?.properties as object | undefined) ?? {});
  const meant = didYouMean(key, known);
  const help = meant === undefined ? `known are ${list(known)}` : `did you mean "${meant}"?`;
  return { at: child(error.instancePath, key), message: `"${key}" is not known here; ${help}` };
};

const here = (error: ErrorObject, message: string): SchemaProblem => ({ at: error.instancePath, message });

type Describe = (error: ErrorObject, params: Readonly<Record<string, unknown>>) => SchemaProblem;

/** One sentence a keyword. A sentence quotes the schema, never the value: the value may be a secret. */
const sentences: Readonly<Record<string, Describe>> = {
  additionalProperties: (error, { additionalProperty }) => unknownKey(error, String(additionalProperty)),
  unevaluatedProperties: (error, { unevaluatedProperty }) => unknownKey(error, String(unevaluatedProperty)),
  required: (error, { missingProperty }) => here(error, `"${missingProperty}" is missing; add it`),
  dependentRequired: (error, { property, missingProperty }) =>
    here(error, `"${missingProperty}" is missing; "${property}" needs it`),
  type: (error, { type }) => {
    const wanted = [type].flat().map((name) => nameType(String(name)));
    return here(error, `must be ${wanted.join(' or ')}, not ${nameType(kindOf(error.data))}`);
  },
  enum: (error, { allowedValues }) => {
    const allowed = allowedValues as readonly unknown[];
    const meant =
      typeof error.data === 'string' ? didYouMean(error.data.slice(0, longestKey), allowed.map(String)) : undefined;
    const help = meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`;
    return here(error, `must be ${allowed.length === 1 ? '' : 'one of '}${list(allowed)}${help}`);
  },
  const: (error, { allowedValue }) => here(error, `must be ${JSON.stringify(allowedValue)}`),
  minimum: (error, { limit }) => here(error, `must be at least ${limit}`),
  maximum: (error, { limit }) => here(error, `must be at most ${limit}`),
  exclusiveMinimum: (error, { limit }) => here(error, `must be more than ${limit}`),
  exclusiveMaximum: (error, { limit }) => here(error, `must be less than ${limit}`),
  multipleOf: (error, { multipleOf }) => here(error, `must be a multiple of ${multipleOf}`),
  minLength: (error, { limit }) =>
    here(error, limit === 1 ? 'must not be empty' : `must have at least ${limit} characters`),
  maxLength: (error, { limit }) => here(error, `must have at most ${limit} characters`),
  minItems: (error, { limit }) => here(error, limit === 1 ? 'must not be empty' : `must have at least ${limit} items`),
  maxItems: (error, { limit }) => here(error, `must have at most ${limit} items`),
  uniqueItems: (error) => here(error, 'must not hold the same item twice'),
  pattern: (error, { pattern }) => {
    const example = (error.parentSchema?.examples as readonly unknown[] | undefined)?.[0];
    return here(
      error,
      `must match ${pattern}${example === undefined ? '' : `, for example ${JSON.stringify(example)}`}`,
    );
  },
  format: (error, { format }) => here(error, `must be a valid ${format}`),
  oneOf: (error) => here(error, needsOneOf(error) ?? 'must have exactly one of the permitted forms'),
  anyOf: (error) => here(error, needsOneOf(error) ?? 'must have one of the permitted forms'),
};

/** The sentence for a choice whose branches only say what must be there: `url`, or `database` and `user`. */
const needsOneOf = ({ schema, params }: ErrorObject): string | undefined => {
  const branches = schema as readonly Readonly<Record<string, unknown>>[];
  const onlyRequire = branches.every((branch) => Object.keys(branch).join() === 'required');
  if (!onlyRequire) return undefined;
  const choices = branches.map(({ required }) =>
    (required as readonly string[]).map((name) => `"${name}"`).join(' and '),
  );
  const passing = (params as { passingSchemas?: readonly number[] | null }).passingSchemas ?? [];
  if (passing.length > 1)
    return `takes only one of ${passing.map((index) => choices[index]).join(', ')}; remove the others`;
  return `needs ${choices.join(', or ')}`;
};

/** Errors of the branches of a failed choice say more than the choice, unless all they say is what the choice itself says. */
const withoutEchoes = (errors: readonly ErrorObject[]): readonly ErrorObject[] => {
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  const dropped = new Set<ErrorObject>(errors.filter(({ keyword }) => keyword === 'if'));
  for (const choice of choices) {
    const onlyRequires = needsOneOf(choice) !== undefined;
    const ofBranches = errors.filter(({ schemaPath }) => schemaPath.startsWith(`${choice.schemaPath}/`));
    const further = errors.filter(({ instancePath }) => instancePath.startsWith(`${choice.instancePath}/`));
    const telling = new Set(
      onlyRequires
        ? []
        : [...further, ...ofBranches.filter((e) => e.keyword !== 'type' || e.instancePath !== choice.instancePath)],
    );
    if (telling.size > 0) dropped.add(choice);
    for (const branch of ofBranches) if (!telling.has(branch)) dropped.add(branch);
  }
  return errors.filter((error) => !dropped.has(error));
};

/** What ajv found (run with `allErrors` and `verbose`), each as a place and a sentence. */
export const describeSchemaErrors = (errors: readonly ErrorObject[]): readonly SchemaProblem[] => {
  const described = withoutEchoes(errors).map((error): SchemaProblem => {
    const sentence = sentences[error.keyword];
    return sentence === undefined ? here(error, error.message ?? 'is not valid') : sentence(error, error.params);
  });
  return described.filter(
    (problem, index) =>
      described.findIndex(({ at, message }) => at === problem.at && message === problem.message) === index,
  );
};
