import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { packageRoot } from '../../core/package-root.js';
import { etagOf } from './entity-tag.js';
import { createOpenApi } from './openapi.js';
import type { ReplyHeaders, Route } from './route.js';

/** Nothing but what this server sends, no frames around it, no code in the markup. */
const policy: ReplyHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
};

const files: readonly {
  readonly path: string;
  readonly file: string;
  readonly mediaType: string;
  readonly summary: string;
}[] = [
  {
    path: '/docs',
    file: 'index.html',
    mediaType: 'text/html; charset=utf-8',
    summary: 'The interactive page of the API',
  },
  { path: '/docs/page.js', file: 'page.js', mediaType: 'text/javascript; charset=utf-8', summary: 'Its program' },
  { path: '/docs/page.css', file: 'page.css', mediaType: 'text/css; charset=utf-8', summary: 'Its looks' },
  { path: '/docs/icon.svg', file: 'icon.svg', mediaType: 'image/svg+xml', summary: 'Its icon' },
];

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** `/docs` and `/openapi.json`; the document describes the given routes and these. */
export const createDocsRoutes = (others: readonly Route[], version: string): readonly Route[] => {
  const folder = join(packageRoot(), 'src', 'api', 'docs');
  const pages = files.map(({ path, file, mediaType, summary }): Route => {
    const bytes = readFileSync(join(folder, file));
    const etag = etagOf(hashOf(bytes));
    return {
      method: 'get',
      path,
      operation: `get${file.replace(/(?:^|[.])(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
      access: 'public',
      tag: 'Documentation',
      summary,
      responses: { 200: { description: 'The file.', content: { [mediaType.split(';')[0]!]: { type: 'string' } } } },
      handle: () => ({ bytes: [bytes], mediaType, etag, headers: policy }),
    };
  });
  let document: Buffer | undefined;
  const openapi: Route = {
    method: 'get',
    path: '/openapi.json',
    operation: 'getOpenApi',
    access: 'public',
    tag: 'Documentation',
    summary: 'This API for programs: OpenAPI 3.1',
    responses: { 200: { description: 'The document.', content: { 'application/json': { type: 'object' } } } },
    handle: () => {
      document ??= Buffer.from(JSON.stringify(createOpenApi(routes, version)));
      return { bytes: [document], mediaType: 'application/json', etag: etagOf(hashOf(document)) };
    },
  };
  const own = [openapi, ...pages];
  const routes = [...others, ...own];
  return own;
};
