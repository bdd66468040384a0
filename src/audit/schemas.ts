import type { Schema } from '../api/route.js';
import { define, listOf } from '../api/schemas.js';

const text: Schema = { type: 'string' };
const optional: Schema = { type: ['string', 'null'] };
const time: Schema = { type: 'string', format: 'date-time' };

const item: Readonly<Record<string, Schema>> = {
  id: text,
  at: time,
  action: { ...text, description: 'A noun and a verb: `statement.run`.' },
  user: text,
  workspace: { ...text, description: '`*` for what is in none, such as a login.' },
  origin: { ...optional, description: 'The network address that it came from.' },
  target: optional,
  correlation_id: text,
  detail: { type: 'object' },
  result: {
    type: ['string', 'null'],
    enum: ['done', 'denied', 'failed', 'cancelled', null],
    description: 'Null while it is being done, or when the process ended before it was.',
  },
  code: { ...optional, description: 'Why not done.' },
  outcome: { type: ['object', 'null'] },
  finished_at: { type: ['string', 'null'], format: 'date-time' },
  chain: text,
  seq: { type: 'integer' },
};

define({
  AuditItem: { type: 'object', required: Object.keys(item), properties: item },
  AuditItemList: listOf('AuditItem'),
});
