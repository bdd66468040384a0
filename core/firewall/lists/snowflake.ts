/** Snowflake: what the planner writes, and what an override for it may call. SQL of users is not taken. */
import { classify, type FirewallList, words } from './firewall-list.js';

export const snowflake: FirewallList = Object.freeze({
  dialect: 'snowflake',
  functions: classify({
    total: `
      coalesce nullif iff nvl2 zeroifnull nullifzero greatest least count min max any all exists in lower upper length trim ltrim
      rtrim left right reverse contains startswith endswith charindex position replace translate initcap md5 ascii soundex abs
      sign floor ceil round trunc row_number dayname monthname dayofweekiso dayofyear weekiso yearofweekiso year quarter month
      day hour minute second try_to_number try_to_date try_to_timestamp_ntz try_parse_json editdistance
      jarowinkler_similarity hash array_size object_keys array_contains get_path strtok div0 div0null`,
    may_raise: `
      sum avg cast percentile_cont convert_timezone dateadd datediff date_trunc last_day to_date to_char to_varchar
      to_timestamp_ntz to_number to_binary hex_encode sha2_binary time_slice add_months months_between next_day previous_day
      power sqrt exp ln log mod sin cos tan asin acos atan atan2 radians degrees cbrt substr substring split_part lpad rpad
      repeat space chr regexp_replace regexp_substr regexp_count regexp_like parse_json extract`,
    volatile: 'current_date current_time current_timestamp sysdate localtime localtimestamp random uuid_string',
    expensive: '',
    never: `
      current_user current_role current_account current_session current_statement current_transaction current_schema
      current_schemas current_database current_warehouse current_region current_client current_ip_address current_secondary_roles
      current_available_roles is_role_in_session last_query_id last_transaction get_ddl get_presigned_url get_stage_location
      build_scoped_file_url build_stage_file_url get_absolute_path get_relative_path result_scan query_history
      infer_schema identifier table validate encrypt decrypt encrypt_raw decrypt_raw invoker_role invoker_share getvariable
      system wait external_functions_history copy_history task_history login_history generator seq1 seq2 seq4 seq8 randstr`,
  }),
  words: classify({
    total: '',
    may_raise: '',
    volatile: 'current_date current_time current_timestamp localtime localtimestamp',
    expensive: '',
    never: 'current_user current_role current_schema',
  }),
  forbiddenWords: words('into at before changes tablesample sample match_recognize flatten clone top lateral'),
  relations: words(''),
  keys: words('convert_timezone source_tz target_tz timestamp'),
  types: words(`
    boolean number decimal numeric int integer big_int double float var_char varchar string text date timestamp timestamp_ntz
    timestamp_tz timestamp_ltz timestampntz timestamptz timestamp_n_t_z timestamp_t_z binary variant`),
  operators: words('+ - * / % = <> < > <= >= || .'),
  combinators: Object.freeze([]),
});
