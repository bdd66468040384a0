/** MySQL 8 and MariaDB 10.6 to 11: their harmless functions, chosen by hand. Nearly nothing raises outside of strict writes; what does is marked. */
import { classify, type FirewallList, words } from './firewall-list.js';

export const mysql: FirewallList = Object.freeze({
  dialect: 'mysql',
  functions: classify({
    total: `
      coalesce ifnull nullif if isnull greatest least interval nvl nvl2 decode_oracle
      abs acos asin atan atan2 ceil ceiling conv cos crc32 crc32c degrees floor format ln log log10 log2 mod oct
      pi radians round sign sin sqrt tan truncate bit_count bin hex
      ascii bit_length char char_length character_length chr concat concat_ws elt export_set field find_in_set
      insert instr lcase left length lengthb locate lower ltrim make_set mid natural_sort_key octet_length ord position
      quote replace reverse right rtrim soundex strcmp substr substring substring_index trim ucase unhex upper
      to_base64 from_base64 sformat weight_string md5 sha sha1 sha2
      adddate addtime convert_tz date date_add date_format date_sub datediff day dayname dayofmonth dayofweek dayofyear
      extract from_days from_unixtime get_format hour last_day makedate maketime microsecond minute month monthname
      period_add period_diff quarter sec_to_time second str_to_date subdate subtime time time_format time_to_sec
      timediff timestamp timestampadd timestampdiff to_char to_days to_seconds week weekday weekofyear year
      yearweek add_months months_between
      count min max sum avg bit_and bit_or bit_xor group_concat std stddev stddev_pop stddev_samp var_pop var_samp
      variance any_value json_arrayagg json_objectagg median percentile_cont percentile_disc grouping
      row_number rank dense_rank percent_rank cume_dist lag lead first_value last_value nth_value ntile
      json_valid json_type json_quote json_array json_object json_compact json_detailed json_loose json_equals
      json_normalize json_pretty inet_aton inet_ntoa inet6_aton inet6_ntoa is_ipv4 is_ipv6 is_ipv4_compat
      is_ipv4_mapped exists row any all some values convert charset
      rollup`,
    may_raise: `
      exp pow power cot regexp_replace regexp_instr regexp_substr regexp_like cast binary json_extract json_value json_query
      json_exists json_contains json_contains_path json_depth json_keys json_length json_search json_set json_insert
      json_replace json_remove json_merge json_merge_patch json_merge_preserve json_array_append json_array_insert
      json_array_intersect json_object_filter_keys json_object_to_array json_overlaps json_unquote json_schema_valid
      member json_storage_size uuid_to_bin bin_to_uuid is_uuid
      translate `,
    volatile: `
      now curdate curtime current_date current_time current_timestamp localtime localtimestamp sysdate utc_date utc_time
      utc_timestamp unix_timestamp rand uuid random_bytes`,
    expensive: `repeat lpad rpad space json_table `,
    never: `
      sleep benchmark load_file get_lock release_lock release_all_locks is_free_lock is_used_lock
      master_pos_wait source_pos_wait wait_for_executed_gtid_set binlog_gtid_pos master_gtid_wait
      user current_user session_user system_user current_role database schema version connection_id last_insert_id
      found_rows row_count uuid_short nextval lastval setval next last_value_of sys_guid rownum
      extractvalue updatexml name_const procedure analyse icu_version ps_current_thread_id ps_thread_id statement_digest
      statement_digest_text roles_graphml can_access_table can_access_column encrypt des_encrypt des_decrypt
      aes_encrypt aes_decrypt encode decode old_password password compress uncompress uncompressed_length
      sys_exec sys_eval lib_mysqludf_sys_info coercibility collation column_get column_json column_list column_create
      validate_password_strength default internal_get_view_warning_or_error spider_direct_sql spider_bg_direct_sql`,
  }),
  words: classify({
    total: '',
    may_raise: '',
    volatile:
      'current_date current_time current_timestamp localtime localtimestamp utc_date utc_time utc_timestamp sysdate',
    expensive: '',
    never: 'current_user session_user system_user current_role rownum',
  }),
  forbiddenWords: words(
    'into outfile dumpfile procedure straight_join sql_calc_found_rows sql_no_cache sql_cache high_priority sql_small_result sql_big_result sql_buffer_result handler',
  ),
  relations: words('json_table'),
  keys: words(
    'introducer format lambda parameters body j_s_o_n_table j_s_o_n_schema j_s_o_n_column_def nested_schema convert_to_charset dest source order',
  ),
  types: words(`
    boolean bool tiny_int small_int int big_int signed unsigned integer float double real decimal char var_char nchar string text
    binary var_binary date time datetime timestamp json year character_set inet4 inet6 uuid varchar utf8 utf8mb3
    utf8mb4 latin1 ascii numeric bigint`),
  operators: words('+ - * / % = <> != < > <= >= <=> || && | & ^ ~ << >> ! -> ->> .'),
  combinators: Object.freeze([]),
});
