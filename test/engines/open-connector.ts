import type {
  ApprovedStatement,
  Connector,
  Parameter,
  PluginHost,
  PluginModule,
  QueryOptions,
  ResultSet,
  Row,
} from '../../core/plugin/contract.js';

export interface Asked {
  readonly columns: ResultSet['columns'];
  readonly rows: readonly Row[];
}

export interface OpenConnector {
  readonly connector: Connector;
  /** What it wrote to its log. */
  readonly log: readonly string[];
  query(text: string, options?: Partial<QueryOptions>, parameters?: readonly Parameter[]): Promise<ResultSet>;
  /** Runs a text and reads all of it. */
  ask(text: string, options?: Partial<QueryOptions>, parameters?: readonly Parameter[]): Promise<Asked>;
}

const generous: QueryOptions = {
  timeoutMs: 20_000,
  maxRows: 1_000_000,
  maxBytes: 1_000_000_000,
  batchRows: 1_000,
  subject: 'somebody',
};

/** A connector under a host that approves every statement; not started. */
export function createConnector<Config>(
  module: PluginModule<Connector, Config>,
  config: Readonly<Record<string, unknown>>,
): OpenConnector {
  const log: string[] = [];
  const write = (message: string): void => {
    log.push(message);
  };
  const host: PluginHost = {
    name: 'warehouse',
    log: { debug: write, info: write, warn: write, error: write },
    now: () => Date.now(),
    redact: (text) => text,
    isApproved: () => true,
  };
  const connector = module.create(config as Config, host);
  const query: OpenConnector['query'] = (text, options, parameters = []) => {
    const statement: ApprovedStatement = { dialect: connector.dialect, text, parameters };
    return connector.query(statement, { ...generous, ...options }, new AbortController().signal);
  };
  return {
    connector,
    log,
    query,
    ask: async (text, options, parameters) => {
      const result = await query(text, options, parameters);
      const rows: Row[] = [];
      for await (const batch of result.batches) rows.push(...batch);
      return { columns: result.columns, rows };
    },
  };
}

/** Starts a connector for one piece of work, and stops it after. */
export async function withConnector<Config, T>(
  module: PluginModule<Connector, Config>,
  config: Readonly<Record<string, unknown>>,
  work: (open: OpenConnector) => Promise<T>,
): Promise<T> {
  const open = createConnector(module, config);
  try {
    await open.connector.start(new AbortController().signal);
    return await work(open);
  } finally {
    await open.connector.stop();
  }
}

/** The code of the error that a piece of work ends with, or `none`. */
export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => String((error as { readonly code?: unknown }).code ?? error),
  );
