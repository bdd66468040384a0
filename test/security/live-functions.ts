/** What each engine says of its own functions, and what the firewall's lists know besides. */
import { words } from '../../core/firewall/lists/firewall-list.js';
import type { TextDialect } from '../../core/sql/text-dialects.js';

export interface LiveFunction {
  readonly name: string;
  /** The engine says that it is more than a function of its arguments: the clock, chance, the session, the order of rows. */
  readonly unstable: boolean;
  /** The engine keeps it out of views, triggers and the like. */
  readonly direct: boolean;
}

type Row = Readonly<Record<string, unknown>>;

export interface LiveFunctions {
  readonly query: string;
  read(row: Row): Omit<LiveFunction, 'name'>;
  /** Listed names that are in no catalogue of the engine, each with the reason. */
  readonly absent: Readonly<Record<string, string>>;
  /** Names of which the engine says that they are unstable and the lists do not, each with the reason. */
  readonly excused: Readonly<Record<string, string>>;
}

const flags = (row: Row): readonly number[] => String(row.fact).split(',').map(Number);
/** Source: SQLITE_DETERMINISTIC and SQLITE_DIRECTONLY, https://sqlite.org/c3ref/c_deterministic.html */
const deterministic = 0x800;
const directOnly = 0x80000;

export const liveFunctions: Readonly<Record<TextDialect, LiveFunctions>> = {
  postgres: {
    query: `select proname as name, string_agg(distinct provolatile::text, '') as fact
      from pg_proc join pg_namespace n on n.oid = pronamespace where nspname = 'pg_catalog' group by 1`,
    read: ({ fact }) => ({ unstable: /[sv]/.test(String(fact)), direct: false }),
    absent: {
      'the grammar knows them': `coalesce nullif greatest least trim grouping row array exists any all some decimal cast
        json_array json_arrayagg json_exists json_objectagg json_query json_scalar json_serialize json_table json_value json`,
      'other names for what the parser library reads as these': 'try_cast',
      'of extensions that come with it': `unaccent soundex metaphone dmetaphone dmetaphone_alt levenshtein
        levenshtein_less_equal difference similarity word_similarity strict_word_similarity show_trgm uuid_generate_v4`,
    },
    excused: {
      'they spell values by settings of the session, which the connector fixes': `array_to_json array_to_string concat
        concat_ws format json_agg json_agg_strict json_build_array json_build_object json_object_agg json_object_agg_strict
        json_object_agg_unique json_to_record json_to_recordset jsonb_agg jsonb_agg_strict jsonb_build_array
        jsonb_build_object jsonb_to_record jsonb_to_recordset quote_literal quote_nullable row_to_json to_char to_date
        to_json to_jsonb to_number to_timestamp`,
      'some forms use the time zone of the session, which the connector fixes': `date_add date_part date_subtract
        date_trunc extract generate_series jsonb_path_exists_tz make_timestamptz overlaps timezone`,
      'they look up encodings and text search configurations': `convert_from convert_to length phraseto_tsquery
        plainto_tsquery to_tsquery to_tsvector ts_headline websearch_to_tsquery`,
      'a conversion from money, by its locale': 'numeric',
    },
  },
  duckdb: {
    query: `select function_name as name, string_agg(distinct coalesce(stability, '-'), ',') as fact
      from duckdb_functions() group by 1`,
    read: ({ fact }) => ({ unstable: /VOLATILE|WITHIN_QUERY/.test(String(fact)), direct: false }),
    absent: {
      'the grammar knows them': `coalesce ifnull if extract grouping grouping_id columns exists any all some try try_cast
        lambda cast date time timestamp decimal numeric varchar interval current_time current_timestamp`,
      'the grammar rewrites them': 'iff percentile_cont percentile_disc',
    },
    excused: {},
  },
  sqlite: {
    query:
      'select name, group_concat(distinct flags) as fact, group_concat(distinct type) as kind from pragma_function_list group by 1',
    read: (row) => ({
      // Aggregates and window functions carry the flag by chance only.
      unstable: String(row.kind) === 's' && flags(row).some((one) => (one & deterministic) === 0),
      direct: flags(row).some((one) => (one & directOnly) !== 0),
    }),
    absent: {
      'the grammar knows them': 'exists values cast',
      'the connector brings them': `datamind_percentile datamind_median datamind_hmac datamind_local
        datamind_decimal datamind_add datamind_subtract datamind_multiply datamind_remainder`,
      'tables of the engine': 'json_each json_tree jsonb_each jsonb_tree generate_series',
    },
    excused: {},
  },
  mysql: {
    query: 'select function as name from information_schema.sql_functions',
    read: () => ({ unstable: false, direct: false }),
    absent: {
      'the grammar knows them': `all any ascii avg binary char charset convert current_date current_time current_timestamp
        date day exists get_format hour if insert interval json_table last_value left localtime localtimestamp minute month
        repeat replace right rollup row row_number second some sysdate time timestamp timestampadd timestampdiff truncate
        utc_date utc_time utc_timestamp values weight_string year`,
      'MySQL 8 has them': `any_value bin_to_uuid grouping is_uuid json_schema_valid json_storage_size member regexp_like
        uuid_to_bin`,
      'later versions of MariaDB have them': `json_array_intersect json_object_filter_keys json_object_to_array
        months_between translate`,
    },
    excused: {},
  },
  clickhouse: {
    query: 'select name, toString(deterministic) as fact from system.functions',
    read: ({ fact }) => ({ unstable: String(fact) === '0', direct: false }),
    absent: {
      'the grammar knows them': `columns all exists interval values date_add date_sub dateadd datesub datetime timestampadd
        timestampsub try_cast`,
      'aggregates with a combinator': 'maxmap minmap summap',
      'tables of the engine': 'generate_series generateseries numbers',
    },
    excused: {
      'one row becomes several': 'arrayjoin unnest',
      'the order of what is left is not told': 'arraypartialreversesort arraypartialsort',
      'the engine says so of a function of arithmetic': 'financialnetpresentvalueextended',
    },
  },
};

export const namesIn = (reasons: Readonly<Record<string, string>>): ReadonlySet<string> =>
  words(Object.values(reasons).join(' '));
