/**
 * What connectors share, published as `datamind/connector-kit`: the settings of a connection over the network, the pool,
 * the way a statement runs and is cancelled, how failures are said, and how times are spelled. A connector need not use it; the conformance kit judges behaviour only.
 */
export {
  type ConnectionConfig,
  type ConnectionSettings,
  type PoolSettings,
  readConnection,
  readPool,
  type ServerKind,
  type TlsMode,
  type TlsSettings,
  tlsOptions,
} from './connection-settings.js';
export { cancelUntilOver } from './cancel-until-over.js';
export { askHealth, beginSessions } from './connector-life.js';
export { createPool, type Lease, type Pool, type PoolOptions, type PoolState, type SessionKind } from './pool.js';
export {
  cancelGraceMs,
  connectorSubject,
  createStatementRunner,
  type RowSource,
  type StatementDriver,
  type StatementRunner,
  taggedText,
} from './statement-runner.js';
export { createTranslation, type KnownFailure } from './translate-failure.js';
export { spellDate, spellTime, spellTimestamp } from '../result/spell-time.js';
