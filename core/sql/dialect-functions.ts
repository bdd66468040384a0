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
};
