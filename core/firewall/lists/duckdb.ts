/** DuckDB 1.x: from `duckdb_functions()`, less files, settings, sessions, catalogues and whatever runs text as SQL. */
import { classify, type FirewallList, words } from './firewall-list.js';

export const duckdb: FirewallList = Object.freeze({
  dialect: 'duckdb',
  functions: classify({
    total: `
      coalesce nullif ifnull greatest least typeof if iff switch
      sign signbit ceil ceiling floor round round_even roundbankers trunc even pi degrees radians isnan isinf isfinite
      lower upper lcase ucase length len strlen char_length character_length length_grapheme bit_length octet_length trim
      ltrim rtrim reverse left right left_grapheme right_grapheme substr substring substring_grapheme replace
      translate concat concat_ws instr position strpos contains prefix suffix starts_with ends_with ascii ord unicode
      md5 md5_number md5_number_lower md5_number_upper sha1 sha256 hash strip_accents nfc_normalize split_part
      string_split str_split split string_to_array levenshtein damerau_levenshtein editdist3
      jaro_similarity jaro_winkler_similarity regexp_escape url_encode base64 to_base64 encode hex to_hex bin
      to_binary parse_dirname parse_dirpath parse_filename parse_path icu_sort_key format_bytes pg_size_pretty
      bit_count
      year month day hour minute second millisecond microsecond nanosecond quarter decade century millennium era epoch
      epoch_ms epoch_us epoch_ns week weekday weekofyear yearweek dayofmonth dayofweek dayofyear dayname monthname isodow isoyear
      julian last_day date_part datepart date_diff datediff datesub extract
      timezone_hour timezone_minute days_in_month normalized_interval
      array_length list_any_value list_contains list_has array_contains array_has list_position list_indexof array_position
      array_indexof list_distinct array_distinct list_unique array_unique list_sort array_sort list_reverse_sort
      array_reverse_sort list_reverse array_reverse list_concat list_cat array_concat array_cat list_append
      array_append list_prepend array_prepend array_push_back array_push_front array_pop_back array_pop_front
      list_extract list_element array_extract element_at list_slice array_slice list_value list_pack array_value
      list_has_any list_has_all array_has_any array_has_all list_intersect array_intersect list_where array_where list_select
      array_select list_grade_up array_grade_up grade_up flatten list_zip array_zip array_to_string
      array_to_string_comma_default list_count list_first list_last list_min list_max list_mode list_bool_and
      list_bool_or list_approx_count_distinct list_string_agg list_histogram list_entropy list_median
      struct_pack struct_extract struct_extract_at struct_insert struct_update struct_keys struct_values struct_concat
      struct_contains struct_has struct_position struct_indexof row map map_keys map_values map_entries map_extract
      map_extract_value map_contains map_contains_entry map_contains_value map_concat cardinality union_tag
      union_extract union_value enum_code enum_first enum_last enum_range
      json_valid json_array json_object json_quote to_json array_to_json row_to_json
      count count_star count_if countif min max any_value arbitrary first last arg_max arg_min argmax argmin max_by min_by
      arg_max_null arg_min_null arg_max_nulls_last arg_min_nulls_last bool_and bool_or bit_and bit_or bit_xor array_agg list listagg
      group_concat string_agg mode median quantile quantile_cont quantile_disc percentile_cont percentile_disc
      approx_count_distinct approx_quantile reservoir_quantile approx_top_k histogram histogram_exact entropy mad
      avg mean favg fsum sumkahan kahan_sum product grouping grouping_id json_group_array json_group_object
      json_group_structure weighted_avg wavg geomean geometric_mean
      row_number rank dense_rank rank_dense percent_rank cume_dist lag lead first_value last_value nth_value fill
      columns exists any all some to_years to_months to_days to_hours to_minutes to_seconds to_weeks to_quarters
      to_milliseconds to_microseconds to_decades to_centuries to_millennia try try_cast try_strptime lambda
      atan cbrt fdiv`,
    may_raise: `
      abs add subtract multiply divide mod fmod power pow sqrt exp ln log log2 log10 sin cos tan cot asin acos atan2 sinh cosh tanh
      asinh acosh atanh gamma lgamma factorial gcd lcm greatest_common_divisor least_common_multiple nextafter xor bit_position
      bitstring get_bit set_bit equi_width_bins is_histogram_other_bin array_resize list_resize
      chr format printf bar decode from_base64 from_hex unhex from_binary unbin url_decode parse_formatted_bytes to_base
      hamming mismatches jaccard regexp_extract regexp_extract_all regexp_full_match regexp_matches regexp_replace
      regexp_split_to_array regexp_split_to_table string_split_regex str_split_regex like_escape ilike_escape
      not_like_escape not_ilike_escape
      cast cast_to_type strftime strptime to_timestamp make_date make_time make_timestamp make_timestamp_ms
      make_timestamp_ns make_timestamptz date_add date_sub date_trunc datetrunc time_bucket timezone date time timestamp
      array_cosine_distance array_cosine_similarity array_cross_product array_distance array_dot_product
      array_inner_product array_negative_dot_product array_negative_inner_product list_cosine_distance
      list_cosine_similarity list_distance list_dot_product list_inner_product list_negative_dot_product
      list_negative_inner_product list_transform list_apply array_transform array_apply apply list_filter array_filter filter
      list_reduce array_reduce reduce list_aggregate list_aggr array_aggregate array_aggr aggregate list_sum list_avg
      list_product list_stddev_pop list_stddev_samp list_var_pop list_var_samp list_skewness list_kurtosis
      list_kurtosis_pop list_sem list_mad list_bit_and list_bit_or list_bit_xor
      map_from_entries json json_extract json_extract_path json_extract_string json_extract_path_text json_value
      json_exists json_contains json_keys json_type json_array_length json_merge_patch json_pretty json_structure
      json_transform json_transform_strict from_json from_json_strict json_each json_tree
      sum sum_no_overflow stddev stddev_pop stddev_samp variance var_pop var_samp skewness kurtosis kurtosis_pop sem
      corr covar_pop covar_samp regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy
      regr_syy ntile unnest decimal numeric varchar enum_range_boundary variant_extract variant_typeof
      uuid_extract_timestamp uuid_extract_version interval`,
    volatile: `
      now today current_date current_time current_timestamp get_current_time get_current_timestamp
      transaction_timestamp current_localtime current_localtimestamp age ago random uuid gen_random_uuid uuidv4 uuidv7`,
    expensive: `range generate_series generate_subscripts repeat lpad rpad repeat_row`,
    never: `
      bitstring_agg
      read_csv read_csv_auto read_json read_json_auto read_json_objects read_json_objects_auto read_ndjson
      read_ndjson_auto read_ndjson_objects read_parquet read_text read_blob read_duckdb parquet_scan parquet_metadata
      parquet_schema parquet_file_metadata parquet_full_metadata parquet_kv_metadata parquet_bloom_probe sniff_csv glob
      query query_table json_execute_serialized_sql json_serialize_sql json_deserialize_sql json_serialize_plan
      histogram_values seq_scan arrow_scan arrow_scan_dumb summary sql_auto_complete check_peg_parser
      getvariable current_setting setseed sleep_ms pg_sleep nextval currval txid_current version current_user
      current_role session_user user current_database current_catalog current_schema current_schemas current_query
      current_query_id current_connection_id current_transaction_id error write_log parse_duckdb_log_message stats
      in_search_path can_cast_implicitly get_type make_type which_secret duckdb_secrets duckdb_settings duckdb_tables
      duckdb_columns duckdb_views duckdb_databases duckdb_functions duckdb_variables duckdb_logs duckdb_memory
      duckdb_constraints duckdb_indexes duckdb_sequences duckdb_schemas duckdb_extensions duckdb_temporary_files
      duckdb_external_file_cache duckdb_prepared_statements duckdb_types duckdb_keywords duckdb_optimizers
      pragma_table_info pragma_show pragma_storage_info pragma_database_size pragma_version pragma_user_agent
      pragma_platform pragma_metadata_info pragma_collations test_all_types test_vector_types checkpoint
      force_checkpoint enable_logging disable_logging enable_profiling disable_profiling icu_calendar_names
      pg_timezone_names truncate_duckdb_logs col_description obj_description shobj_description pg_get_viewdef pg_get_expr
      pg_get_constraintdef pg_typeof has_table_privilege has_column_privilege has_any_column_privilege
      has_schema_privilege has_database_privilege inet_client_addr inet_server_addr inet_client_port
      inet_server_port get_block_size postgres_query mysql_query sqlite_scan postgres_scan iceberg_scan delta_scan st_read`,
  }),
  words: classify({
    total: '',
    may_raise: '',
    volatile: 'current_date current_time current_timestamp localtime localtimestamp',
    expensive: '',
    never: 'current_user session_user user current_role current_catalog current_schema current_database',
  }),
  forbiddenWords: words('into pragma attach detach install summarize describe tablesample'),
  relations: words('range generate_series unnest json_each json_tree repeat_row regexp_split_to_table'),
  keys: words(`
    key_expressions format comprehension iterator lambda parameters body colon method_call method array_slice percent glob
    array_contains_all array_contained_by array_overlaps array_any array_all parameter struct curly_brace_syntax
    with_map_keyword parameter_types struct_func rename`),
  types: words(`
    boolean bool tiny_int small_int int big_int hugeint uhugeint utinyint usmallint uinteger ubigint int128 uint8 uint16
    uint32 uint64 uint128 integer bigint smallint tinyint int1 int2 int4 int8 float float4 float8 double real decimal numeric char
    var_char varchar string text text_with_length date time timestamp timestamptz timestamp_s timestamp_ms timestamp_ns
    timetz datetime interval json uuid blob bytea binary bit var_bit bitstring array list struct map union enum variant`),
  operators: words(
    '+ - * / // % ^ ** = == <> != < > <= >= || | & ~ << >> ~~ !~~ ~~* !~~* ~~~ !~ -> ->> @> <@ && :: => := : ? . * ! ^@ <=> <->',
  ),
  combinators: Object.freeze([]),
});
