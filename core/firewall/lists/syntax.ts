/**
 * Keys of the parser library's syntax trees that every dialect allows: kinds of nodes and their fields alike. A key that is
 * not here (nor on the dialect's list) and that holds anything is refused, wherever it stands; so a clause that nobody
 * thought of is refused too. Kinds of nodes that are functions are judged again by the name that the text gives them.
 */
import { words } from './firewall-list.js';

/** Relations, clauses and the parts they have. */
const clauses = `
  select union intersect except subquery values table star alias joined_table order_by group_by group cube rollup grouping_sets
  expressions from joins this on using kind use_inner_keyword use_outer_keyword nesting_group where_clause having qualify
  limit offset fetch distinct distinct_on with windows ctes recursive columns materialized alias_first name schema catalog
  quoted alias_explicit_as alias_keyword column_aliases left right all direction count rows with_ties
  spec window_name partition_by frame start end exclude start_side_text end_side_text kind_text over desc nulls_first
  explicit_asc filter lateral with_ordinality unnest siblings totals deferred_condition modifiers_inside offset_alias
  Preceding Following alias_quoted ordinality by_name corresponding span start_span`;

/** Expressions that are no functions. */
const expressions = `
  literal literal_type value boolean null identifier column cast try_cast to data_type data_type length precision scale
  collation double_quoted case operand whens else_ and or add sub mul div mod eq neq lt lte gt gte like i_like escape
  quantifier bitwise_and bitwise_or bitwise_xor bitwise_not bitwise_left_shift bitwise_right_shift concat d_pipe not neg in query
  is_field between low high symmetric is_null postfix_form is_true is_false is exists function aggregate_function
  args no_parens window_function tuple interval unit type use_plural paren annotated dot field subscript
  index any all op subquery null_safe_eq null_safe_neq similar_to pattern negated ordered is_json json_type
  double_colon_syntax element_type dimension timezone integer_spelling real_spelling parenthesized_length inner
  key_type value_type fields nested at_time_zone zone expression interval_span interval_op within_group original_name
  ignore_nulls use_bracket_syntax overlaps left_start left_end right_start right_end bracket_notation array_func array
  use_list_keyword int_div xor glob regexp_like regexp_i_like flags flag condition true_value false_value bytes
  Custom hex_string_expr is_integer named_argument separator var postfix placeholder style is`;

/** Parts of a time that the parser library has no name of its own for. */
export const timeParts: ReadonlySet<string> = words(`
  isodow isoyear dow doy century decade millennium julian timezone timezone_hour timezone_minute yearweek dayofweek dayofyear
  week_of_year era nanosecond nanoseconds microsecond microseconds millisecond milliseconds
  hour_minute day_hour day_minute day_second hour_second minute_second year_month second_microsecond minute_microsecond
  hour_microsecond day_microsecond`);

/** Functions that the parser library has a kind of node for, and the fields of such nodes. */
const functions = `
  concat_ws substring upper lower length trim l_trim r_trim replace reverse repeat lpad rpad split regexp_replace
  regexp_extract overlay abs round floor ceil power sqrt cbrt ln log exp sign greatest least current_date current_time
  current_timestamp date_add date_sub date_diff date_trunc extract to_date to_timestamp date time coalesce null_if if_func
  if_null nvl nvl2 count sum avg min max group_concat string_agg list_agg array_agg count_if sum_if stddev stddev_pop
  stddev_samp variance var_pop var_samp median mode first last any_value approx_distinct approx_count_distinct
  approx_percentile percentile logical_and logical_or skewness bitwise_count row_number rank dense_rank n_tile lead lag
  first_value last_value nth_value percent_rank cume_dist percentile_cont percentile_disc contains starts_with ends_with
  position initcap ascii chr char_func soundex levenshtein byte_length hex unicode mod_func random rand trunc_func pi radians
  degrees sin cos tan asin acos atan atan2 is_nan is_inf decode date_format format_date year month day hour minute second
  day_of_week day_of_week_iso day_of_month day_of_year week_of_year quarter add_months months_between last_day next_day
  epoch epoch_ms from_unixtime unix_timestamp make_date make_timestamp timestamp_trunc array_length array_size cardinality
  array_contains array_position array_append array_prepend array_concat array_sort array_reverse array_distinct array_join
  array_to_string array_filter array_transform array_flatten array_intersect array_union array_except array_remove array_zip
  struct_func struct_extract named_struct map_func map_from_entries map_from_arrays map_keys map_values map_contains_key
  map_concat element_at json_extract json_extract_scalar json_extract_path json_array json_object json_query json_value
  json_array_length json_keys json_type to_json json_set json_insert json_remove json_merge_patch json_array_agg
  json_object_agg convert typeof bitwise_and_agg bitwise_or_agg bitwise_xor_agg arg_max arg_min grouping grouping_id
  translate to_char to_number string_to_array array_sum localtime localtimestamp utc_time utc_timestamp utc_date timestamp
  date_bin datetime datetime_trunc dayname make_interval elt timestamp_add timestamp_sub timestamp_diff time_add time_sub
  time_diff time_trunc nullif j_s_o_n_keys j_s_o_n_object j_s_o_n_object_agg j_s_o_n_b_object_agg j_s_o_n_array
  j_s_o_n_array_agg j_s_o_n_exists j_s_o_n_set j_s_o_n_strip_nulls j_s_o_n_value j_s_o_n_remove j_s_o_n_type
  j_s_o_n_b_exists j_s_o_n_b_contains j_s_o_n_b_extract j_s_o_n_cast j_s_o_n_extract j_s_o_n_extract_scalar
  j_s_o_n_b_extract_scalar j_s_o_n_array_contains parse_json monthname ntile normalize quantile approx_quantile
  regexp_extract_all regexp_full_match regexp_instr regexp_split regexp_count regr_avgx regr_avgy regr_count regr_intercept
  regr_r2 regr_sxx regr_sxy regr_syy regr_slope s_h_a s_h_a1_digest s_h_a2 s_h_a2_digest m_d5_digest sort_array split_part
  substring_index str_position str_to_date str_to_time time_to_str date_to_date_str number_to_str from_base unhex unix_to_str
  unix_to_time uuid corr width_bucket covar_samp covar_pop week generate_series generate sequence explode if_null list map
  keys values pairs arrow_syntax hash_arrow_syntax path paths start length from_for_syntax characters position position_explicit
  sql_standard_syntax replacement from old new to substr haystack needle decimals base step expr offset default
  percent_symbol separator order_by on_overflow null_handling unique_keys returning_type strict format_json wrapper_option
  quotes_handling on_scalar_string on_error occurrence modifiers group pos text delim part_index min_value max_value num_buckets
  pattern_syntax unit_style unit zone precision_arg val delimiter array elements element value1 value2 num_args jsonpath
  json_path is_op_asc approximate null_if_empty numerator denominator target seconds fsp sysdate has_parens fraction
  parenthesized weight accuracy function_syntax string max_split index_arg suffix bucket_count quantile unicode_value`;

export const commonKeys: ReadonlySet<string> = words(`${clauses} ${expressions} ${functions}`);

/** Keys that say where something stood or how it was laid out, and what was a comment: never judged, never compared. */
export const layoutKeys: ReadonlySet<string> = words(`
  span comments leading_comments trailing_comments pre_alias_comments post_select_comments inferred_type left_comments
  operator_comments trailing_comments pre_comments post_comments as_comments else_comments on_comments`);

/** How relations may be joined. */
export const joinKinds: ReadonlySet<string> = words(`
  Inner Left Right Full Cross Natural NaturalLeft NaturalRight NaturalFull Implicit Lateral LeftLateral Semi Anti
  LeftSemi LeftAnti RightSemi RightAnti Outer Positional AsOf AsOfLeft Array LeftArray Any Straight`);
