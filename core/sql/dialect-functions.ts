/**
 * A dialect's own functions that an override for that dialect may call besides the portable ones: scalar, without side
 * effects, without access to files, settings, other sessions or the clock. What is not here is refused.
 */
import type { DialectName } from '../plugin/contract.js';

/** From the name in lower case to its own spelling: ClickHouse tells `toString` from `tostring`. */
export type NativeFunctions = ReadonlyMap<string, string>;

const list = (names: string): NativeFunctions =>
  new Map(names.split(/\s+/).flatMap((name) => (name === '' ? [] : [[name.toLowerCase(), name]])));

export const dialectFunctions: Readonly<Record<DialectName, NativeFunctions>> = {
  duckdb: list(`
    strftime strptime try_strptime dayname monthname weekday isodow weekofyear yearweek epoch epoch_ms make_timestamp
    to_timestamp regexp_matches regexp_replace regexp_extract regexp_full_match list_extract list_contains array_length len
    json_extract json_extract_string json_array_length levenshtein jaro_winkler_similarity strip_accents reverse md5 sha256
    hash cbrt degrees tan atan printf format bit_count time_bucket date_sub string_split repeat translate ascii chr`),
  sqlite: list(`
    strftime date datetime julianday unixepoch json_extract json_array_length printf format hex unicode char tan atan
    degrees glob quote typeof iif`),
  postgres: list(`
    to_char to_date to_timestamp to_number age initcap reverse md5 regexp_replace regexp_match regexp_like translate
    width_bucket cbrt degrees tan atan jsonb_extract_path_text json_extract_path_text jsonb_array_length array_length
    cardinality date_bin make_timestamp btrim ascii chr repeat timezone justify_days`),
  mysql: list(`
    date_format str_to_date dayname monthname weekday dayofweek weekofyear yearweek timestampdiff from_days to_days
    unix_timestamp convert_tz json_extract json_unquote json_length regexp_replace regexp_substr regexp_like substring_index
    field find_in_set elt soundex reverse repeat ascii char md5 sha2 crc32 tan atan degrees conv inet_aton format lcase`),
  clickhouse: list(`
    toString toInt8 toInt16 toInt32 toInt64 toUInt8 toUInt16 toUInt32 toUInt64 toFloat32 toFloat64 toDecimal32 toDecimal64
    toDate toDate32 toDateTime toDateTime64 parseDateTimeBestEffort parseDateTimeBestEffortOrNull toDayOfWeek toDayOfMonth
    toDayOfYear toMonday toStartOfWeek toStartOfMonth toStartOfQuarter toStartOfYear toStartOfDay toStartOfHour
    toStartOfMinute toStartOfInterval toYear toMonth toQuarter toHour toMinute toSecond toISOWeek toISOYear toYYYYMM
    toYYYYMMDD formatDateTime dateName multiIf transform match extractAll replaceRegexpOne replaceRegexpAll
    JSONExtractString JSONExtractInt JSONExtractFloat JSONExtractBool JSONHas splitByChar splitByString has
    arrayElement empty notEmpty lowerUTF8 upperUTF8 lengthUTF8 substringUTF8 positionCaseInsensitive domain
    domainWithoutWWW cutQueryString IPv4NumToString IPv4StringToNum cityHash64 sipHash64 MD5 hex geoDistance
    greatCircleDistance intDiv toNullable toLowCardinality`),
  redshift: list(`
    to_char to_date to_timestamp to_number initcap reverse md5 regexp_replace regexp_substr regexp_count translate cbrt degrees
    tan atan json_extract_path_text json_array_length btrim ascii chr repeat months_between add_months next_day nvl2 strtol
    crc32 convert_timezone dateadd datediff`),
  sqlserver: list(`
    isnull iif choose format concat concat_ws replicate reverse stuff translate quotename str ascii unicode nchar char datename
    datepart dateadd datediff eomonth datefromparts switchoffset todatetimeoffset json_value json_query isjson try_cast
    try_convert square tan atan degrees patindex soundex difference isnumeric`),
  snowflake: list(`
    to_char to_varchar to_date to_timestamp_ntz to_number try_to_number try_to_date try_to_timestamp_ntz iff nvl2 zeroifnull
    nullifzero initcap reverse md5 regexp_replace regexp_substr regexp_count regexp_like translate cbrt degrees tan atan dayname
    monthname weekiso dayofweekiso yearofweekiso get_path parse_json try_parse_json array_size array_contains object_keys
    charindex position strtok editdistance jarowinkler_similarity hash add_months months_between next_day previous_day
    time_slice convert_timezone div0 div0null ascii chr repeat space`),
  bigquery: list(`
    format format_date format_datetime format_timestamp parse_date parse_datetime parse_timestamp safe_divide safe_multiply
    safe_add safe_subtract ieee_divide div initcap reverse md5 sha256 to_hex regexp_contains regexp_extract regexp_replace
    regexp_instr translate normalize tan atan json_value json_query json_extract_scalar array_length array_to_string split
    unix_seconds unix_millis timestamp_seconds timestamp_millis timestamp_micros date datetime timestamp date_diff
    datetime_diff timestamp_diff last_day soundex edit_distance farm_fingerprint cbrt ascii chr code_points_to_string repeat`),
};
