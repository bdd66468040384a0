/** Redshift: what the planner writes, and what an override for it may call. SQL of users is not taken. */
import { classify, type FirewallList, words } from './firewall-list.js';

export const redshift: FirewallList = Object.freeze({
  dialect: 'redshift',
  functions: classify({
    total: `
      coalesce nullif greatest least count min max any all exists in lower upper length trim ltrim rtrim btrim left right
      starts_with strpos initcap reverse md5 ascii abs sign floor ceil ceiling round trunc row_number nvl2`,
    may_raise: `
      sum avg cast convert_timezone dateadd datediff date_trunc date_part extract last_day to_date to_timestamp to_char
      to_number months_between add_months next_day power sqrt exp ln log mod sin cos tan asin acos atan atan2 radians degrees
      cbrt replace translate substring split_part lpad rpad repeat chr concat regexp_replace regexp_substr regexp_count
      json_extract_path_text json_array_length strtol crc32`,
    volatile: 'getdate sysdate timeofday random current_date',
    expensive: '',
    never: `
      pg_sleep pg_cancel_backend pg_terminate_backend current_setting set_config version current_user session_user
      current_schema current_schemas current_database user has_table_privilege has_schema_privilege has_database_privilege
      pg_last_query_id pg_last_copy_id pg_last_unload_id pg_backend_pid pg_get_session_roles explain_model
      json_parse lambda current_aws_account current_namespace current_user_id slice_num change_session_priority`,
  }),
  words: classify({
    total: '',
    may_raise: '',
    volatile: 'current_date current_timestamp sysdate',
    expensive: '',
    never: 'current_user session_user user current_schema current_user_id',
  }),
  forbiddenWords: words('into unload copy top lambda sagemaker bedrock tablesample'),
  relations: words(''),
  keys: words('convert_timezone source_tz target_tz timestamp default_value'),
  types: words(`
    boolean bool small_int int big_int smallint integer bigint float double real decimal numeric var_char varchar char
    date timestamp timestamptz double_precision precision text`),
  operators: words('+ - * / % = <> < > <= >= || .'),
  combinators: Object.freeze([]),
});
