import { createTranslation, type KnownFailure as Failure } from 'datamind/connector-kit';

const credentials: Failure = {
  code: 'AUTHENTICATION_FAILED',
  message: 'BigQuery refused the credentials: check `credentials` or the identity of the machine.',
};
const denied: Failure = {
  code: 'PERMISSION_DENIED',
  message:
    'The identity may not do this: it needs roles/bigquery.jobUser on the project and roles/bigquery.dataViewer on the datasets.',
};
const unreachable: Failure = {
  code: 'CONNECTION_FAILED',
  message: 'BigQuery cannot be reached: check the network and `endpoint`.',
  retryable: true,
};
const busy: Failure = { code: 'UNAVAILABLE', message: 'BigQuery is not available now.', retryable: true };
const exhausted: Failure = {
  code: 'RESOURCES_EXHAUSTED',
  message:
    'BigQuery stopped the statement at a quota or a limit: see `maximumBytesBilled` and the quotas of the project.',
  retryable: true,
};
const invalid: Failure = { code: 'STATEMENT_INVALID', message: 'BigQuery does not accept the statement.' };

/** Reasons in the service's errors. */
const byReason: Readonly<Record<string, Failure>> = {
  accessDenied: denied,
  authError: credentials,
  backendError: busy,
  billingNotEnabled: denied,
  billingTierLimitExceeded: exhausted,
  bytesBilledLimitExceeded: { ...exhausted, retryable: false },
  internalError: busy,
  invalid,
  invalidQuery: invalid,
  jobBackendError: busy,
  jobInternalError: busy,
  jobRateLimitExceeded: exhausted,
  notFound: {
    code: 'RELATION_NOT_FOUND',
    message: 'The statement reads a table or dataset that is not there, or that lies in another location.',
  },
  quotaExceeded: exhausted,
  rateLimitExceeded: exhausted,
  resourcesExceeded: exhausted,
  responseTooLarge: exhausted,
  stopped: { code: 'QUERY_CANCELLED', message: 'The statement was cancelled in BigQuery.' },
  timeout: { code: 'QUERY_TIMEOUT', message: 'BigQuery ended the statement because it took too long.' },
};

/** What the service says of a statement that is `invalidQuery`. */
const byMessage: readonly (readonly [RegExp, Failure])[] = [
  [
    /Unrecognized name|Name \S+ not found/i,
    { code: 'COLUMN_NOT_FOUND', message: 'The statement reads a column that is not in the database.' },
  ],
  [/division by zero/i, { code: 'DIVISION_BY_ZERO', message: 'The statement divides by zero.' }],
  [/overflow|out of range/i, { code: 'NUMERIC_OVERFLOW', message: 'A number is too large for its type in BigQuery.' }],
  [
    /Could not cast|Bad (?:int64|double|bool|numeric) value|Invalid (?:date|datetime|timestamp|time|numeric)/i,
    { code: 'VALUE_INVALID', message: 'A value in the data does not fit the type it is turned into.' },
  ],
];

const find = (error: unknown): Failure | undefined => {
  const { code, errors, reason, message } = (error ?? {}) as {
    readonly code?: unknown;
    readonly errors?: readonly { readonly reason?: string; readonly message?: string }[];
    readonly reason?: string;
    readonly message?: string;
  };
  const first = errors?.[0] ?? { reason, message };
  const known = byReason[first.reason ?? ''];
  if (known === invalid) return byMessage.find(([pattern]) => pattern.test(first.message ?? ''))?.[1] ?? known;
  if (known !== undefined) return known;
  if (
    code === 401 ||
    /invalid_grant|Could not load the default credentials|invalid_client/i.test(String(message ?? ''))
  )
    return credentials;
  if (code === 403) return denied;
  if (code === 400) return invalid;
  if (typeof code === 'number' && code >= 500) return busy;
  return /^E[A-Z]+$|^CERT_|^ERR_TLS|FetchError/.test(String(code ?? '')) ? unreachable : undefined;
};

/** A failure of the driver or the service in the house's words; the original is the `cause`, for the log only. */
export const translateBigQueryError = createTranslation('BigQuery', find);
