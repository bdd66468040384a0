import type { DialectName } from '../../../core/plugin/contract.js';

/** Files, network, time, locks, sessions, settings, sequences, dictionaries, text run as SQL: on no list of any dialect. */
export const forbiddenFunctions: readonly string[] = `
  pg_sleep pg_sleep_for pg_read_file pg_read_binary_file pg_ls_dir pg_stat_file lo_import lo_export lo_get dblink dblink_exec
  query_to_xml table_to_xml schema_to_xml database_to_xml cursor_to_xml query_to_xmlschema ts_stat connectby crosstab
  current_setting set_config version current_user session_user current_role current_database current_schema
  current_schemas current_catalog current_query inet_server_addr has_table_privilege has_column_privilege
  has_any_column_privilege pg_get_viewdef pg_relation_size pg_advisory_lock pg_try_advisory_lock pg_terminate_backend
  pg_cancel_backend pg_reload_conf pg_column_size pg_typeof txid_current nextval currval setval lastval to_regclass
  load_file sleep benchmark get_lock release_lock is_free_lock connection_id found_rows row_count last_insert_id uuid_short
  extractvalue updatexml name_const sys_exec system_user master_pos_wait
  load_extension readfile writefile edit fts3_tokenizer fts5 sqlite_version sqlite_source_id sqlite_offset raise zipfile
  last_insert_rowid total_changes pragma_table_info pragma_database_list
  read_csv read_csv_auto read_json read_parquet read_text read_blob parquet_scan parquet_metadata sniff_csv glob_files
  query query_table json_execute_serialized_sql json_serialize_sql getvariable which_secret duckdb_secrets duckdb_settings
  duckdb_tables seq_scan histogram_values summary sql_auto_complete sleep_ms write_log error
  file url s3 s3cluster remote remotesecure cluster mysql postgresql sqlite jdbc odbc hdfs executable merge loop
  dictionary dictget dictgetordefault dictgetornull dicthas joinget evalmlmethod getsetting getmacro hostname fqdn
  serveruuid uptime currentuser currentdatabase throwif sleepeachrow numbers_mt zeros generaterandom fuzzquery
  mergetreeindex view eval catboostevaluate showcertificate addresstoline filesystemavailable getserversetting
  gethttpheader initialqueryid queryid tcpport shardnum encrypt decrypt aes_decrypt aigenerate`
  .split(/\s+/)
  .filter((name) => name !== '');

/** Where a name means something harmless in one dialect. */
export const datesOnly: Partial<Record<DialectName, readonly string[]>> = {};
