import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';

const text: Schema = { type: 'string' };
const optional: Schema = { type: ['string', 'null'] };

define({
  LlmKey: {
    type: 'object',
    required: ['provider', 'title', 'model', 'has_key', 'in_use', 'set_by', 'set_at'],
    properties: {
      provider: { ...text, description: 'As the configuration of the server calls it.' },
      title: text,
      model: optional,
      has_key: { type: 'boolean', description: 'The workspace has a key of its own for it.' },
      in_use: {
        type: 'boolean',
        description: 'False where the key was set while the name led to another provider: it does not go to this one.',
      },
      set_by: optional,
      set_at: { type: ['string', 'null'], format: 'date-time' },
    },
  },
  LlmKeyList: listOf('LlmKey'),
  NewLlmKey: {
    type: 'object',
    additionalProperties: false,
    required: ['key'],
    properties: {
      key: {
        type: 'string',
        pattern: '^[\\x21-\\x7e]{8,1000}$',
        writeOnly: true,
        description: 'Kept sealed, sent to this provider only, and never shown.',
      },
    },
  },
});
