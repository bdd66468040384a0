/** The settings of a connection: what callers send, what is kept in the open, what is sealed, what is shown. */
import { describeSchemaErrors } from '../../core/config/describe-schema-error.js';
import { steps, valueAt } from '../../core/config/json-pointer.js';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { shortestSecret } from '../../core/secrets/create-redactor.js';
import type { ConnectionType } from './connection-types.js';
import { fromUrl } from './from-url.js';

export type Config = Readonly<Record<string, unknown>>;

/** A configuration in its two parts. */
export interface SplitConfig {
  /** Without secrets. */
  readonly settings: Config;
  /** By JSON pointer. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** What stands for a secret in answers; sent back it means the one that is kept. */
export const hidden = '***';

/** Where a connection leads: a secret that was given for one place is not taken to another. */
const destination = ['url', 'host', 'port', 'tls', 'account', 'path', 'project'];

const isObject = (value: unknown): value is Config =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const put = (root: Config, pointer: string, value: unknown): Config => {
  const [first = '', ...rest] = steps(pointer);
  if (rest.length === 0) return { ...root, [first]: value };
  const inner = isObject(root[first]) ? root[first] : {};
  return { ...root, [first]: put(inner, `/${rest.join('/')}`, value) };
};

const without = (root: Config, pointer: string): Config => {
  const [first = '', ...rest] = steps(pointer);
  if (rest.length > 0)
    return isObject(root[first]) ? { ...root, [first]: without(root[first], `/${rest.join('/')}`) } : root;
  const { [first]: _, ...others } = root;
  return others;
};

/** The whole configuration again, as a connector takes it. */
export const joinConfig = ({ settings, secrets }: SplitConfig): Config =>
  Object.entries(secrets).reduce((whole, [pointer, secret]) => put(whole, pointer, secret), settings);

/** As answers show it. */
export const shownConfig = (settings: Config, secretsAt: readonly string[]): Config =>
  secretsAt.reduce((whole, pointer) => put(whole, pointer, hidden), settings);

const invalid = (problems: readonly { readonly at: string; readonly message: string }[]): DataMindError => {
  const [first] = problems;
  const count = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  return new DataMindError('BAD_REQUEST', `The settings are not right: ${first?.message}${count}.`, {
    at: `/config${first?.at}`,
    errors: problems.map(({ at, message }) => ({ at: `/config${at}`, message })),
  });
};

/** A URL in the settings is taken apart, so that only its password is a secret. What stands beside it wins. */
const withoutUrl = ({ type }: ConnectionType, { url, ...rest }: Config): Config => {
  if (typeof url !== 'string' || url === hidden) return url === undefined ? rest : { url, ...rest };
  const parts = fromUrl(url);
  // Redshift is spoken to in PostgreSQL's words.
  if (parts.type !== type && !(type === 'redshift' && parts.type === 'postgres')) {
    throw new DataMindError('BAD_REQUEST', `The URL is one of ${parts.type}, not of ${type}.`, { at: '/config/url' });
  }
  return { ...parts.config, ...rest };
};

/**
 * Checks what a caller sent. Nothing in it is a reference to what is on the server.
 * @throws DataMindError `BAD_REQUEST` with every problem
 */
export const splitConfig = (type: ConnectionType, given: Config): SplitConfig => {
  const config = withoutUrl(type, given);
  // Defaults are the connector's of the day, and not kept.
  const { errors, secrets: marked } = type.check(structuredClone(config));
  const problems = describeSchemaErrors(errors);
  if (problems.length > 0) throw invalid(problems);
  const found = [...marked].flatMap((at): [string, string][] => {
    const value = valueAt(config, at);
    return typeof value === 'string' ? [[at, value]] : [];
  });
  const unsaid = found
    .filter(([, value]) => value === hidden)
    .map(([at]) => ({ at, message: 'is "***"; send the secret itself' }));
  const short = found
    .filter(([, value]) => value.length < shortestSecret && value !== hidden)
    .map(([at]) => ({
      at,
      message: `has fewer than ${shortestSecret} characters, which could not be kept out of logs`,
    }));
  if (unsaid.length + short.length > 0) throw invalid([...unsaid, ...short]);
  return {
    settings: found.reduce<Config>((rest, [at]) => without(rest, at), config),
    secrets: Object.fromEntries(found),
  };
};

const merge = (kept: Config, change: Config): Config => {
  const merged: Record<string, unknown> = { ...kept };
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete merged[key];
    else merged[key] = isObject(value) && isObject(merged[key]) ? merge(merged[key], value) : value;
  }
  return merged;
};

const sameText = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * The configuration with a change: what is not named stays, `null` takes away, `***` is the secret that is kept.
 * @throws DataMindError `BAD_REQUEST`, also when it would take a secret that is kept to another place
 */
export const changeConfig = (type: ConnectionType, kept: SplitConfig, change: Config): SplitConfig => {
  const before = joinConfig(kept);
  const said = Object.keys(kept.secrets).reduce<Config>(
    (rest, at) => (valueAt(rest, at) === hidden ? without(rest, at) : rest),
    withoutUrl(type, change),
  );
  const after = splitConfig(type, merge(before, said));
  const moved = destination.some((name) => !sameText(kept.settings[name], after.settings[name]));
  const carried = Object.keys(after.secrets).filter(
    (at) => kept.secrets[at] === after.secrets[at] && valueAt(said, at) === undefined,
  );
  if (moved && carried.length > 0) {
    const problems = carried.map((at) => ({
      at,
      message: 'must be sent again, because the connection leads elsewhere now',
    }));
    throw invalid(problems);
  }
  return after;
};
