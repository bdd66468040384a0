/**
 * A dialect's own functions that an override for that dialect may call besides the portable ones: scalar, without side
 * effects, without access to files, settings, other sessions or the clock. What is not here is refused.
 */
import type { DialectName } from '../plugin/contract.js';

const list = (names: string): ReadonlySet<string> => new Set(names.split(/\s+/).filter((name) => name !== ''));

export const dialectFunctions: Readonly<Record<DialectName, ReadonlySet<string>>> = {
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
    tostring toint8 toint16 toint32 toint64 touint8 touint16 touint32 touint64 tofloat32 tofloat64 todecimal32 todecimal64
    todate todate32 todatetime todatetime64 parsedatetimebesteffort parsedatetimebesteffortornull todayofweek todayofmonth
    todayofyear tomonday tostartofweek tostartofmonth tostartofquarter tostartofyear tostartofday tostartofhour
    tostartofminute tostartofinterval toyear tomonth toquarter tohour tominute tosecond toisoweek toisoyear toyyyymm
    toyyyymmdd formatdatetime datename multiif transform match extractall replaceregexpone replaceregexpall
    jsonextractstring jsonextractint jsonextractfloat jsonextractbool jsonhas splitbychar splitbystring has
    arrayelement empty notempty lowerutf8 upperutf8 lengthutf8 substringutf8 positioncaseinsensitive domain
    domainwithoutwww cutquerystring ipv4numtostring ipv4stringtonum cityhash64 siphash64 md5 hex geodistance
    greatcircledistance intdiv ifnull assumenotnull tonullable tolowcardinality`),
};
