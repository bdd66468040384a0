import { define } from '../api/schemas.js';

define({
  CompileRequest: {
    type: 'object',
    additionalProperties: false,
    properties: {
      text: { type: 'string', description: 'One YAML text, compiled by itself.' },
      files: {
        type: 'object',
        additionalProperties: { type: 'string' },
        maxProperties: 5000,
        description: 'YAML texts by file name, compiled together.',
      },
      with_folder: {
        type: 'boolean',
        default: false,
        description: 'Compile the texts in the place of the files of the same name in the folder, with all the others.',
      },
    },
  },
  Compilation: {
    type: 'object',
    required: ['valid', 'hash', 'errors', 'warnings', 'diagnostics'],
    properties: {
      valid: { type: 'boolean' },
      hash: { type: ['string', 'null'], description: 'Of the model, when it is valid.' },
      errors: { type: 'integer' },
      warnings: { type: 'integer' },
      diagnostics: { type: 'array', items: { $ref: '#/$defs/Diagnostic' } },
    },
  },
});
