/** SQL Server: what the planner writes, and what an override for it may call. SQL of users is not taken. */
import { classify, type FirewallList, words } from './firewall-list.js';

export const sqlserver: FirewallList = Object.freeze({
  dialect: 'sqlserver',
  functions: classify({
    total: `
      coalesce nullif isnull iif choose count min max any all exists in lower upper len ltrim rtrim left right reverse charindex
      patindex replace translate quotename ascii unicode soundex difference isnumeric isjson concat concat_ws abs sign floor
      ceiling round row_number datalength try_cast try_convert datename`,
    may_raise: `
      sum avg cast convert dateadd datediff datediff_big datepart date_part year month day eomonth datefromparts datetime2fromparts
      switchoffset todatetimeoffset power sqrt square exp log log10 sin cos tan asin acos atan atn2 radians degrees
      substring stuff str nchar char hashbytes json_value json_query format`,
    volatile: 'getdate getutcdate sysdatetime sysutcdatetime sysdatetimeoffset rand newid newsequentialid',
    expensive: 'replicate space',
    never: `
      openrowset opendatasource openquery openxml opendatasource xp_cmdshell sp_executesql fn_get_audit_file fn_trace_gettable
      current_user session_user system_user user_name suser_name suser_sname original_login user_id suser_id suser_sid
      db_name db_id object_id object_name schema_name schema_id host_name host_id app_name session_context context_info
      serverproperty databasepropertyex connectionproperty sessionproperty has_perms_by_name is_member is_rolemember
      is_srvrolemember permissions object_definition col_name col_length columnproperty indexproperty typeproperty
      ident_current scope_identity pwdencrypt pwdcompare decryptbykey encryptbykey decryptbypassphrase encryptbypassphrase
      certprivatekey signbycert error_message error_line publishingservername sys_context_info sql_variant_property`,
  }),
  words: classify({
    total: '',
    may_raise: '',
    volatile: 'current_timestamp',
    expensive: '',
    never: 'current_user session_user system_user user',
  }),
  forbiddenWords: words(`
    into openrowset openquery opendatasource openxml waitfor exec execute go declare use tablesample option xml browse
    readuncommitted nolock updlock holdlock xlock tablock`),
  relations: words(''),
  keys: words('collate switch_offset date_from_parts ceil datefromparts style'),
  types: words(`
    bit tiny_int tinyint small_int smallint int integer big_int bigint decimal numeric float real char nchar var_char varchar
    nvarchar n_var_char n_char max var_binary varbinary binary date time datetime datetime2 date_time2 datetimeoffset text boolean double timestamp
    timestamptz`),
  operators: words('+ - * / % = <> < > <= >= .'),
  combinators: Object.freeze([]),
});
