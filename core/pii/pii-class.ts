/** The kinds of personal data that a model, a suggestion and a mask speak of; the YAML's `pii:` has these words. */
export const piiClasses = Object.freeze([
  'name',
  'email',
  'phone',
  'address',
  'national_id',
  'card',
  'iban',
  'ip',
  'birth_date',
  'salary',
  'health',
  'other',
] as const);

export type PiiClass = (typeof piiClasses)[number];
