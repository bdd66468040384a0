/** A server with accounts over 300,000 sales in PostgreSQL, in a process of its own: for the bench of load and the run of faults. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../core/package-root.js';
import { ask } from '../api/request.js';
import type { TestEngine } from '../engines/engine.js';

export const customers = 30_000;
const model = `
project: { name: Sales, connection: sales, version: 1 }
---
entity: sales
table: public.sales
key: id
dimensions:
  id: { type: number }
  buyer_id: { type: number }
  region: { type: string }
  amount: { type: number }
  sold_at: { type: time, stores: local, default: true }
measures:
  revenue: { sum: amount }
  sale_count: { count: "*" }
---
policies:
  - name: own_regions
    for: everyone
    on: sales
    rows: region in subject.regions
`;

export const fillSales = (engine: TestEngine): Promise<unknown> =>
  engine.admin(
    'drop table if exists sales',
    'create table sales (id integer primary key, buyer_id integer, region text, amount numeric(12, 2), sold_at timestamp)',
    `insert into sales select n, n % ${customers}, (array['EU', 'US', 'APAC', 'CN'])[1 + n % 4], n * 1.25, timestamp '2024-01-01' + n * interval '2 minutes' from generate_series(0, 299999) n`,
    'create index on sales (buyer_id)',
    'grant select on sales to public',
    'analyze sales',
  );

export interface SalesServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The home folder. */
  readonly home: string;
  /** A token of the first account. */
  login(headers?: Readonly<Record<string, string>>): Promise<string>;
  /** Tokens of programs that may ask, every other one for the regions EU and US, the rest for APAC and CN. */
  makeTokens(count: number): Promise<readonly string[]>;
  signal(name: NodeJS.Signals): void;
  stop(): Promise<void>;
}

export interface SalesOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Replaces where the database is. */
  readonly place?: { readonly host: string; readonly port: number };
  /** Where the home folder is; in the system's temporary folder when absent. */
  readonly under?: string;
  /** Arguments of Node. */
  readonly node?: readonly string[];
}

export const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
};

export const operator = { email: 'root@example.com', password: 'correct horse battery staple' } as const;

export const startSalesServer = async (
  engine: TestEngine,
  { env = {}, place, under = tmpdir(), node = [] }: SalesOptions = {},
): Promise<SalesServer> => {
  const folder = mkdtempSync(join(under, 'datamind-sales-'));
  mkdirSync(join(folder, 'ontology'));
  writeFileSync(join(folder, 'ontology', 'model.yaml'), model);
  const { password: secret, ...config } = engine.config;
  const plugin = {
    use: join(packageRoot(), engine.plugin),
    as: 'sales',
    config: { ...config, ...place, password: { $env: 'SALES_PASSWORD' }, pool: { max: 10 } },
  };
  writeFileSync(join(folder, 'plugins.config.json'), JSON.stringify({ plugins: [plugin] }));
  const child = spawn(
    process.execPath,
    [...node, join(packageRoot(), 'dist/src/cli/datamind.cjs'), 'serve', '--port', '0'],
    {
      cwd: folder,
      env: {
        ...process.env,
        SALES_PASSWORD: String(secret),
        DATAMIND_ADMIN_EMAIL: operator.email,
        DATAMIND_ADMIN_PASSWORD: operator.password,
        DATAMIND_RATE_LIMIT_ADDRESS: '0',
        DATAMIND_LOG_LEVEL: 'silent',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let said = '';
  for await (const chunk of child.stdout) {
    said += chunk;
    if (said.includes('Stop with')) break;
  }
  child.stdout.resume();
  const url = /listens on (http:\/\/[^,\s]+),/.exec(said)?.[1];
  if (url === undefined) throw new Error(`the server did not start: ${said}`);
  const login: SalesServer['login'] = async (headers = {}) => {
    const body = { username: operator.email, password: operator.password };
    const answer = await ask(url, 'POST', '/api/v1/auth/login', { headers, body });
    if (answer.status !== 200) throw new Error(`no login: ${answer.text}`);
    return String(answer.body.access_token);
  };
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid!,
    home: join(folder, '.datamind'),
    login,
    makeTokens: async (count) => {
      const headers = { authorization: `Bearer ${await login()}` };
      const tokens: string[] = [];
      for (let n = 0; n < count; n += 1) {
        const made = await ask(url, 'POST', '/api/v1/security/service-tokens', {
          headers,
          body: {
            name: `user-${n}`,
            role: 'analyst',
            scopes: ['query:run', 'sql:run'],
            attributes: { regions: n % 2 === 0 ? ['EU', 'US'] : ['APAC', 'CN'] },
          },
        });
        if (made.status !== 201) throw new Error(`no token: ${made.text}`);
        tokens.push(String(made.body.token));
      }
      return tokens;
    },
    signal: (name) => {
      child.kill(name);
    },
    stop: () => ended(child).finally(() => rmSync(folder, { recursive: true, force: true })),
  };
};
