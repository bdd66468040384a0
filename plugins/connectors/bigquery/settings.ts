import { PluginError } from 'datamind/contract';

/** As `plugin.json` describes it. */
export interface BigQueryConfig {
  readonly project: string;
  readonly dataset: string;
  readonly datasets?: readonly string[];
  readonly location?: string;
  readonly credentials?: string;
  readonly accessToken?: string;
  readonly endpoint?: string;
  readonly maximumBytesBilled?: string;
  readonly pool?: {
    readonly min?: number;
    readonly max?: number;
    readonly acquireTimeoutMs?: number;
    readonly maxAgeSeconds?: number;
    readonly idleSeconds?: number;
  };
  readonly connectTimeoutMs?: number;
}

export interface ServiceAccount {
  readonly client_email: string;
  readonly private_key: string;
}

/** @throws PluginError `CONFIG_INVALID` */
export const readCredentials = (text: string): ServiceAccount => {
  try {
    const { client_email, private_key } = JSON.parse(text) as Partial<ServiceAccount>;
    if (typeof client_email === 'string' && typeof private_key === 'string') return { client_email, private_key };
  } catch {
    // What is no JSON says no more than what has no key in it.
  }
  throw new PluginError(
    'CONFIG_INVALID',
    '`credentials` of the BigQuery connection is not the JSON key of a service account.',
  );
};
