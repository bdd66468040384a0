/** PostgreSQL 14 to 18: its harmless functions, chosen by hand; whatever reaches beyond the values of the statement is left out. */
import { classify, type FirewallList, words } from './firewall-list.js';

export const postgres: FirewallList = Object.freeze({
  dialect: 'postgres',
  functions: classify({
    total: `
      coalesce nullif greatest least num_nulls num_nonnulls
      lower upper initcap length char_length character_length octet_length bit_length trim btrim ltrim rtrim reverse
      ascii md5 strpos position starts_with concat concat_ws quote_literal quote_nullable quote_ident left right
      replace translate unaccent casefold
      abs sign floor ceil ceiling round trunc pi degrees radians cbrt isfinite scale min_scale trim_scale
      row_to_json to_json to_jsonb array_to_json json_build_array jsonb_build_array
      jsonb_typeof json_typeof json_strip_nulls jsonb_strip_nulls jsonb_pretty
      jsonb_extract_path jsonb_extract_path_text json_extract_path json_extract_path_text jsonb_path_exists_tz
      jsonb_exists jsonb_exists_any jsonb_exists_all jsonb_contains jsonb_contained
      array_length array_upper array_lower array_ndims array_dims cardinality array_position array_positions array_remove
      array_replace array_reverse array_sort array_to_string string_to_array
      extract date_part isempty lower_inc upper_inc lower_inf upper_inf range_merge
      count min max bool_and bool_or every array_agg string_agg json_agg jsonb_agg bit_and bit_or bit_xor any_value
      mode percentile_disc percentile_cont grouping row_number rank dense_rank percent_rank cume_dist
      lag lead first_value last_value row array exists json_arrayagg range_agg range_intersect_agg
      to_hex to_bin to_oct bit_count soundex metaphone dmetaphone dmetaphone_alt
      justify_days justify_hours hashtext crc32 crc32c sha224 sha256 sha384 sha512 similarity word_similarity
      strict_word_similarity show_trgm any all some to_tsvector plainto_tsquery phraseto_tsquery
      websearch_to_tsquery ts_rank ts_rank_cd numnode querytree strip tsvector_to_array array_to_tsvector
      decimal numeric text varchar`,
    may_raise: `
      substr substring overlay split_part chr encode decode convert_from convert_to to_ascii format
      regexp_replace regexp_match regexp_matches regexp_like regexp_count regexp_instr regexp_substr
      regexp_split_to_array regexp_split_to_table string_to_table normalize is_normalized unistr parse_ident
      power pow sqrt exp ln log log10 mod div gcd lcm factorial sin cos tan cot asin acos atan atan2 sind cosd tand cotd asind acosd
      atand atan2d sinh cosh tanh asinh acosh atanh erf erfc gamma lgamma width_bucket
      to_char to_number to_date to_timestamp make_date make_time make_timestamp make_timestamptz make_interval
      date_trunc date_bin date_add date_subtract justify_interval timezone overlaps
      sum avg stddev stddev_pop stddev_samp variance var_pop var_samp corr covar_pop covar_samp regr_avgx regr_avgy
      regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy
      json_object_agg jsonb_object_agg json_object_agg_strict jsonb_object_agg_strict json_object_agg_unique
      jsonb_object_agg_unique json_agg_strict jsonb_agg_strict json_objectagg json_build_object jsonb_build_object
      json_object jsonb_object json_array json_scalar json_serialize json json_exists json_query json_value
      jsonb_set jsonb_set_lax jsonb_insert json_array_length jsonb_array_length json_array_elements
      jsonb_array_elements json_array_elements_text jsonb_array_elements_text json_each jsonb_each json_each_text
      jsonb_each_text json_object_keys jsonb_object_keys json_to_record jsonb_to_record json_to_recordset
      jsonb_to_recordset jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array
      jsonb_path_query_first jsonb_delete_path
      array_append array_prepend array_cat trim_array unnest ntile nth_value cast try_cast
      daterange int4range int8range numrange tsrange tstzrange multirange
      levenshtein levenshtein_less_equal difference get_bit set_bit get_byte set_byte ts_headline to_tsquery tsquery_phrase
      setweight ts_delete ts_filter char interval`,
    volatile: `
      now age clock_timestamp statement_timestamp transaction_timestamp timeofday random random_normal
      gen_random_uuid uuidv4 uuidv7 uuid_generate_v4 array_shuffle array_sample`,
    expensive: `generate_series generate_subscripts repeat lpad rpad array_fill json_table `,
    never: `
      pg_sleep pg_sleep_for pg_sleep_until pg_read_file pg_read_binary_file pg_ls_dir pg_stat_file pg_current_logfile
      lo_import lo_export lo_get lo_put lo_create lo_unlink lo_from_bytea loread lowrite lo_open
      dblink dblink_exec dblink_connect dblink_send_query postgres_fdw_get_connections http_get http_post
      query_to_xml query_to_xmlschema query_to_xml_and_xmlschema table_to_xml table_to_xmlschema
      table_to_xml_and_xmlschema schema_to_xml schema_to_xmlschema schema_to_xml_and_xmlschema database_to_xml
      database_to_xmlschema database_to_xml_and_xmlschema cursor_to_xml cursor_to_xmlschema xpath xpath_exists
      xmltable xmlparse xmlelement xmlforest xmlagg xmlconcat xmlexists xmlserialize xml_is_well_formed
      ts_stat ts_rewrite ts_debug ts_parse ts_lexize ts_token_type get_current_ts_config connectby crosstab crosstabn
      normal_rand
      current_setting set_config version current_user session_user current_role current_catalog current_schema
      current_schemas current_database current_query user inet_client_addr inet_client_port inet_server_addr
      inet_server_port txid_current txid_current_snapshot txid_status row_security_active
      has_table_privilege has_column_privilege has_any_column_privilege has_schema_privilege has_database_privilege
      has_function_privilege has_sequence_privilege has_server_privilege has_type_privilege has_tablespace_privilege
      has_foreign_data_wrapper_privilege has_language_privilege has_parameter_privilege has_largeobject_privilege
      nextval currval setval lastval
      to_regclass to_regproc to_regprocedure to_regtype to_regrole to_regnamespace to_regoper to_regoperator
      to_regcollation to_regtypemod col_description obj_description shobj_description format_type acldefault aclexplode
      makeaclitem setseed brin_summarize_new_values gin_clean_pending_list`,
  }),
  words: classify({
    total: '',
    may_raise: '',
    volatile: 'current_date current_time current_timestamp localtime localtimestamp',
    expensive: '',
    never: 'current_user session_user user system_user current_role current_catalog current_schema',
  }),
  forbiddenWords: words(`
    into operator outfile tablesample regclass regproc regprocedure regoper regoperator regtype regrole regnamespace
    regconfig regdictionary regcollation`),
  relations: words(`
    generate_series unnest json_table json_each jsonb_each json_each_text jsonb_each_text json_array_elements
    jsonb_array_elements json_array_elements_text jsonb_array_elements_text json_object_keys jsonb_object_keys
    json_to_record jsonb_to_record json_to_recordset jsonb_to_recordset regexp_split_to_table string_to_table
    regexp_matches jsonb_path_query generate_subscripts`),
  keys: words(`
    recursive_with_search format search cycle j_s_o_n_table j_s_o_n_schema j_s_o_n_column_def nested_schema array_contains_all
    array_contained_by array_overlaps j_s_o_n_b_contains_all_top_keys j_s_o_n_b_contains_any_top_keys
    j_s_o_n_b_delete_at_path variadic array_slice schema ts_match schema adjacent only parameter kind`),
  types: words(`
    boolean bool tiny_int small_int int big_int smallint integer bigint int2 int4 int8 float float4 float8 double real decimal numeric
    char var_char varchar character string text text_with_length bpchar date time timestamp timestamptz timetz
    interval json json_b jsonb uuid bytea binary var_binary bit var_bit array list money inet cidr macaddr point
    tsvector tsquery int4range int8range numrange tsrange tstzrange daterange jsonpath citext double_precision`),
  operators: words(`
    + - * / % ^ = <> != < > <= >= || | & # ~ << >> !~ ~* !~* ~~ !~~ ~~* !~~* -> ->> #> #>> @> <@ ? ?| ?& #- @ |/ ||/ &&
    :: => : -|- @? @@ ^@ &< &> . *`),
  combinators: Object.freeze([]),
});
