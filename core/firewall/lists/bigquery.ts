/** BigQuery: what the planner writes, and what an override for it may call. SQL of users is not taken. */
import { classify, type FirewallList, words } from './firewall-list.js';

export const bigquery: FirewallList = Object.freeze({
  dialect: 'bigquery',
  functions: classify({
    total: `
      coalesce nullif if ifnull greatest least count min max any all exists in lower upper char_length trim ltrim rtrim left right
      reverse strpos starts_with ends_with replace translate initcap md5 sha256 to_hex concat ascii soundex
      abs sign floor ceil ceiling round trunc row_number struct array_length safe_divide safe_multiply safe_add
      safe_subtract ieee_divide edit_distance farm_fingerprint normalize`,
    may_raise: `
      sum avg cast date datetime timestamp date_add date_sub date_diff date_trunc datetime_add datetime_diff datetime_trunc
      timestamp_diff timestamp_micros timestamp_millis timestamp_seconds unix_seconds unix_millis last_day extract week
      generate_date_array generate_timestamp_array unnest split safe_offset power sqrt exp ln log log10 mod div sin cos tan
      asin acos atan atan2 cbrt substr lpad rpad repeat chr from_hex format format_date format_datetime format_timestamp
      parse_date parse_datetime parse_timestamp regexp_contains regexp_extract regexp_replace regexp_instr json_value
      json_query json_extract_scalar array_to_string code_points_to_string`,
    volatile: 'current_date current_time current_datetime current_timestamp rand generate_uuid',
    expensive: 'generate_array',
    never: `
      session_user external_query error ml ai bqml keys aead deterministic_encrypt deterministic_decrypt_bytes
      deterministic_decrypt_string net vector_search appends changes external_object_transform obj table_query gap_fill`,
  }),
  words: classify({
    total: '',
    may_raise: '',
    volatile: 'current_date current_time current_datetime current_timestamp',
    expensive: '',
    never: 'session_user',
  }),
  forbiddenWords: words('into tablesample export declare for_system_time system_time model pivot unpivot'),
  relations: words('unnest'),
  keys: words(
    'with_tz date_from_parts dimensions datetime_add datetime_diff datetime_sub generate_date_array generate_timestamp_array',
  ),
  types: words(`
    bool boolean int64 numeric bignumeric float64 string bytes date datetime timestamp big_int big_decimal decimal double float text
    int struct`),
  operators: words('+ - * / = <> < > <= >= || .'),
  combinators: Object.freeze([]),
});
