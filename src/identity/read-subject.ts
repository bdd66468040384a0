import { readFileSync } from 'node:fs';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { checkValue } from '../api/check-values.js';
import { readJson } from '../api/read-json.js';
import type { Schema } from '../api/route.js';
import { createSubject, type Subject } from '../../core/subject/subject.js';

const names: Schema = { type: 'array', items: { type: 'string', minLength: 1 } };
const scalar: Schema = { type: ['string', 'number', 'boolean'] };

/** A value that policies compare with, or several. */
export const attributeSchema: Schema = { anyOf: [scalar, { type: 'array', items: scalar }] };

/** A subject as a file or a request spells it. */
export const subjectSchema: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['user'],
  properties: {
    user: { type: 'string', minLength: 1 },
    workspace: { type: 'string', minLength: 1 },
    project: { type: ['string', 'null'] },
    roles: names,
    groups: names,
    attributes: { type: 'object', additionalProperties: attributeSchema },
  },
};

/** A subject from a file as the command line takes it. @throws DataMindError `BAD_REQUEST` */
export const readSubject = (file: string): Subject => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new DataMindError('BAD_REQUEST', `The subject file "${file}" cannot be read.`);
  }
  const value = readJson(text, `The subject file "${file}"`);
  checkValue(subjectSchema, value, 'BAD_REQUEST', `The subject in ${file}`);
  return createSubject(value as Parameters<typeof createSubject>[0]);
};
