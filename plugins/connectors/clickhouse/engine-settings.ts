/**
 * The settings of ClickHouse that go with every statement. What a user's profile says about them is overruled, because
 * the meaning of a statement, and whether its answer is whole, must not depend on it.
 */

interface EngineSetting {
  readonly value: string;
  /** A server that does not know the setting is refused: without it an answer could be wrong. */
  readonly needed: boolean;
}

const needed = (value: string): EngineSetting => ({ value, needed: true });
const wanted = (value: string): EngineSetting => ({ value, needed: false });

/** Nothing that can be switched on here may cut an answer short in silence. */
const overflowModes = ['read', 'group_by', 'sort', 'result', 'timeout', 'set', 'join', 'transfer', 'distinct'];

const fixed: Readonly<Record<string, EngineSetting>> = {
  // SQL means what the standard says.
  join_use_nulls: needed('1'),
  aggregate_functions_null_for_empty: needed('1'),
  group_by_use_nulls: needed('1'),
  cast_keep_nullable: needed('1'),
  transform_null_in: needed('0'),
  union_default_mode: needed('DISTINCT'),
  intersect_default_mode: needed('DISTINCT'),
  except_default_mode: needed('DISTINCT'),
  prefer_column_name_to_alias: needed('1'),
  join_default_strictness: needed('ALL'),
  any_join_distinct_right_table_keys: wanted('0'),
  count_distinct_implementation: needed('uniqExact'),
  empty_result_for_aggregation_by_empty_set: needed('0'),
  enable_positional_arguments: wanted('1'),
  short_circuit_function_evaluation: needed('enable'),
  decimal_check_overflow: needed('1'),
  enable_extended_results_for_datetime_functions: needed('1'),
  date_time_overflow_behavior: needed('throw'),
  // Compiled code, which begins with the fourth run of an expression, wraps around where the interpreter fails.
  compile_expressions: wanted('0'),
  compile_aggregate_expressions: wanted('0'),
  session_timezone: needed('UTC'),
  enable_analyzer: wanted('1'),
  allow_experimental_analyzer: wanted('1'),
  use_variant_as_common_type: wanted('0'),
  implicit_select: wanted('0'),
  dialect: wanted('clickhouse'),
  // The answer is whole, and of now.
  limit: needed('0'),
  offset: needed('0'),
  extremes: wanted('0'),
  skip_unavailable_shards: needed('0'),
  use_query_cache: wanted('0'),
  timeout_before_checking_execution_speed: wanted('0'),
  ...Object.fromEntries(overflowModes.map((what) => [`${what}_overflow_mode`, needed('throw')])),
  // Nothing is written, and no door but the tables is open.
  allow_ddl: needed('0'),
  allow_introspection_functions: needed('0'),
  // How the answer travels.
  output_format_binary_write_json_as_string: wanted('1'),
  output_format_binary_encode_types_in_binary_format: wanted('0'),
  cancel_http_readonly_queries_on_client_close: needed('1'),
  wait_end_of_query: wanted('0'),
};

/**
 * Joins are computed as they are written, the right side first: not by how many rows a table has, what its statistics say of
 * them, or what other statements met (`fixed` of `Planning`).
 */
const fixedPlan: Readonly<Record<string, string>> = {
  use_statistics: '0',
  allow_statistics_optimize: '0',
  use_hash_table_stats_for_join_reordering: '0',
  query_plan_join_swap_table: 'false',
  query_plan_optimize_join_order_limit: '0',
};

/** Parameters of the HTTP interface, which the table of settings does not list. */
const ofHttp: ReadonlySet<string> = new Set(['wait_end_of_query']);

/** The settings that a server is asked whether it knows. */
export const fixedNames: readonly string[] = [...Object.keys(fixed), ...Object.keys(fixedPlan)];

/** The settings that a server must know and does not. */
export const missingSettings = (known: ReadonlySet<string>): readonly string[] =>
  Object.keys(fixed).filter((name) => fixed[name]!.needed && !known.has(name));

export interface StatementLimits {
  /** Milliseconds; the server counts in seconds, so that it stops a little later than we do. */
  readonly timeoutMs: number;
  readonly maxMemoryBytes: number | null;
  readonly final: boolean;
  readonly tag: string | undefined;
  readonly fixedPlan: boolean;
}

/**
 * The settings of one request.
 * @param known the settings that the server knows
 * @param profileReadonly `readonly` as the user's profile has it: from 2 on it cannot be changed, and must not be sent
 */
export const statementSettings = (
  known: ReadonlySet<string>,
  profileReadonly: number,
  { timeoutMs, maxMemoryBytes, final, tag, fixedPlan: isFixed }: StatementLimits,
): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(fixed)
      .filter(([name]) => known.has(name) || ofHttp.has(name))
      .map(([name, { value }]) => [name, value]),
  ),
  ...(isFixed ? Object.fromEntries(Object.entries(fixedPlan).filter(([name]) => known.has(name))) : {}),
  ...(profileReadonly === 0 ? { readonly: '1' } : {}),
  max_execution_time: String(Math.max(1, Math.ceil(timeoutMs / 1000)) + 1),
  final: final ? '1' : '0',
  ...(maxMemoryBytes === null ? {} : { max_memory_usage: String(maxMemoryBytes) }),
  ...(tag === undefined ? {} : { log_comment: tag }),
});
