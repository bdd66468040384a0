/** SQLite 3.35 to 3.53: from `pragma_function_list`, with the functions that DataMind's connector adds. */
import { classify, type FirewallList, words } from './firewall-list.js';

export const sqlite: FirewallList = Object.freeze({
  dialect: 'sqlite',
  functions: classify({
    total: `
      coalesce ifnull nullif iif if typeof likely unlikely likelihood quote max min
      lower upper length octet_length substr substring trim ltrim rtrim replace instr char unicode hex unhex soundex
      concat concat_ws round sign ceil ceiling floor trunc mod sqrt exp ln log log10 log2 pow power pi sin cos tan sinh cosh
      tanh asin acos atan atan2 asinh acosh atanh degrees radians subtype
      count avg total group_concat string_agg median percentile percentile_cont percentile_disc
      row_number rank dense_rank percent_rank cume_dist lag lead first_value last_value nth_value
      json_valid json_error_position exists values datamind_percentile datamind_median datamind_hmac cast`,
    may_raise: `
      abs sum like glob ntile unistr unistr_quote
      json jsonb json_array jsonb_array json_object jsonb_object json_extract jsonb_extract json_type json_array_length
      json_array_insert jsonb_array_insert json_insert jsonb_insert json_replace jsonb_replace json_set jsonb_set json_remove jsonb_remove json_patch
      jsonb_patch json_quote json_pretty json_group_array jsonb_group_array json_group_object jsonb_group_object
      json_each json_tree jsonb_each jsonb_tree datamind_local datamind_decimal datamind_add datamind_subtract
      datamind_multiply datamind_remainder date time datetime julianday unixepoch strftime timediff`,
    volatile: `random current_date current_time current_timestamp`,
    expensive: `printf format zeroblob generate_series`,
    never: `
      randomblob load_extension readfile writefile edit fsdir lsdir fileio zipfile sqlar_compress sqlar_uncompress
      fts3 fts4 fts5 fts3_tokenizer fts5_source_id matchinfo snippet offsets optimize highlight bm25 match
      fts5_locale fts5_get_locale fts5_insttoken rtreecheck rtreenode rtreedepth
      sqlite_version sqlite_source_id sqlite_compileoption_get sqlite_compileoption_used sqlite_log sqlite_offset
      last_insert_rowid changes total_changes raise eval exec regexp pragma_table_info pragma_table_list
      pragma_table_xinfo pragma_database_list pragma_function_list pragma_compile_options pragma_index_list dbstat
      sqlite_dbpage sqlite_stmt sqlite_dbdata bytecode tables_used completion carray wholenumber csv vtab_config
      geopoly_debug geopoly_svg`,
  }),
  words: classify({
    total: '',
    may_raise: '',
    volatile: 'current_date current_time current_timestamp',
    expensive: '',
    never:
      'sqlite_master sqlite_schema sqlite_temp_master sqlite_temp_schema sqlite_sequence sqlite_stat1 sqlite_stat4',
  }),
  forbiddenWords: words('into indexed pragma attach detach raise regexp match'),
  relations: words('json_each json_tree jsonb_each jsonb_tree generate_series'),
  keys: words('parameter format'),
  types: words(`
    boolean bool tiny_int small_int int integer big_int float double real decimal numeric char var_char varchar nchar string
    text blob binary date time datetime timestamp json text_with_length nvarchar native_character`),
  operators: words('+ - * / % = == <> != < > <= >= || | & ~ << >> -> ->> .'),
  combinators: Object.freeze([]),
});
