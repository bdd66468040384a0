/** The configuration, as `plugin.json` describes it. */
export interface DuckDbSettings {
  readonly path: string;
  readonly threads?: number;
  readonly memory_limit?: string;
  readonly temp_directory?: string;
  readonly max_temp_size?: string;
  readonly pool?: {
    readonly min?: number;
    readonly max?: number;
    readonly acquire_timeout_ms?: number;
    readonly max_age_seconds?: number;
  };
}
