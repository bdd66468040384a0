import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';
import '../questions/schemas.js';

const text: Schema = { type: 'string' };
const textOrNull: Schema = { type: ['string', 'null'] };
const time: Schema = { type: 'string', format: 'date-time' };
const fields: Readonly<Record<string, Schema>> = {
  title: { type: 'string', minLength: 1, maxLength: 200, pattern: '\\S' },
  connection: { type: 'string', minLength: 1, maxLength: 300, description: 'Where its questions run.' },
};
const conversation: Readonly<Record<string, Schema>> = {
  id: text,
  title: { type: 'string', description: 'Of the first question, unless it was given.' },
  connection: textOrNull,
  owner: text,
  created_at: time,
  changed_at: time,
  version: { type: 'integer' },
};

define({
  NewConversation: { type: 'object', additionalProperties: false, properties: fields },
  ConversationChange: { type: 'object', minProperties: 1, additionalProperties: false, properties: fields },
  Conversation: { type: 'object', required: Object.keys(conversation), properties: conversation },
  ConversationList: listOf('Conversation'),
  ConversationMessage: {
    type: 'object',
    description: 'What was asked, and how it was understood. Rows are not kept: it is run again for them.',
    required: ['id', 'conversation_id', 'question', 'outcome', 'sql', 'row_count', 'execution_time_ms', 'created_at'],
    properties: {
      id: text,
      conversation_id: text,
      question: text,
      outcome: { type: 'string', enum: ['answered', 'clarify', 'abstained'] },
      reading: text,
      message: { type: 'string', description: 'What was asked back, or why there was no answer.' },
      query: { anyOf: [{ $ref: '#/$defs/SemanticQuery' }, { type: 'null' }] },
      sql: textOrNull,
      query_id: textOrNull,
      connection: textOrNull,
      choices: { type: 'array', items: { type: 'object' } },
      read_by: { type: ['object', 'null'] },
      confidence: { type: ['number', 'null'] },
      row_count: { type: ['integer', 'null'] },
      execution_time_ms: { type: 'integer' },
      tokens: { type: 'object' },
      created_at: time,
    },
  },
  ConversationMessageList: listOf('ConversationMessage'),
});
