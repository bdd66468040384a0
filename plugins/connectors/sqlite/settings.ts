/** The configuration, as `plugin.json` describes it. */
export interface SqliteSettings {
  readonly path: string;
  readonly driver?: 'auto' | 'native' | 'wasm';
  readonly memory_limit_mb?: number;
  readonly pool?: {
    readonly min?: number;
    readonly max?: number;
    readonly acquire_timeout_ms?: number;
    readonly max_age_seconds?: number;
  };
}
