import type { Phrases } from '../phrases.js';
import { postgres } from './postgres.js';

/**
 * Redshift, as far as PostgreSQL can stand for it on the wire: its own settings are not asked, and what it has no type for is
 * left out. Never run against a cluster.
 */
export const redshift: Phrases = {
  ...postgres,
  dialect: 'redshift',
  noPrimaryKeys: 'keys are promises in Redshift, and nothing keeps them',
  values: {
    ...postgres.values,
    uuid: { absent: 'Redshift has no type for UUIDs' },
    'array-integers': { absent: 'Redshift has no arrays but those in SUPER' },
    'array-bigints': { absent: 'Redshift has no arrays but those in SUPER' },
    'array-nested': { absent: 'Redshift has no arrays but those in SUPER' },
    'array-strings': { absent: 'Redshift has no arrays but those in SUPER' },
    'array-empty': { absent: 'Redshift has no arrays but those in SUPER' },
    'array-null': { absent: 'Redshift has no arrays but those in SUPER' },
  },
  // There are no advisory locks in Redshift, so nothing lets go of those of PostgreSQL.
  traces: postgres.traces.filter(({ id }) => id !== 'advisory-lock'),
  posture: [
    { text: "SELECT current_setting('transaction_read_only')", cell: 'on' },
    { text: "SELECT current_setting('statement_timeout') <> '0'", cell: true },
    { text: "SELECT current_setting('TimeZone')", cell: 'UTC' },
  ],
};
