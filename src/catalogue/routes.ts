import { listPage, listParameters } from '../api/list.js';
import type { Route } from '../api/route.js';
import { warningHeaders } from '../models/standing-warnings.js';
import type { ListedFor } from './listed-for.js';
import './schemas.js';
import { type CollectionName, findItem, itemsOf } from './service.js';

interface Collection {
  readonly name: CollectionName;
  readonly schema: string;
  readonly one: string;
  readonly what: string;
}

const shown: readonly Collection[] = [
  { name: 'entities', schema: 'Entity', one: 'entity', what: 'The business objects' },
  { name: 'dimensions', schema: 'Dimension', one: 'dimension', what: 'What can be split by' },
  { name: 'hierarchies', schema: 'Hierarchy', one: 'hierarchy', what: 'The ways to drill down' },
  { name: 'filters', schema: 'NamedFilter', one: 'filter', what: 'The named filters' },
  { name: 'glossary', schema: 'GlossaryTerm', one: 'term', what: 'The words of the business' },
];

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

export const createCatalogueRoutes = (listedFor: ListedFor): readonly Route[] =>
  shown.flatMap(({ name, schema, one, what }): readonly Route[] => [
    {
      method: 'get',
      path: `/api/v1/${name}`,
      operation: `list${capitalised(name)}`,
      access: { role: 'viewer', scope: 'model:read' },
      tag: 'Model',
      summary: `List ${name === 'glossary' ? 'the glossary' : name}`,
      description: `${what}, of the model in force: those that you may ask for.`,
      query: listParameters,
      responses: {
        200: { description: 'A page of the list.', content: { 'application/json': { $ref: `#/$defs/${schema}List` } } },
      },
      errors: ['MODEL_UNAVAILABLE'],
      handle: async ({ query, subject }) => {
        const { model, source, etag } = await listedFor(subject);
        return {
          json: listPage(itemsOf(model, name), query),
          etag,
          headers: warningHeaders(source),
        };
      },
    },
    {
      method: 'get',
      path: `/api/v1/${name}/{name}`,
      operation: `get${capitalised(one)}`,
      access: { role: 'viewer', scope: 'model:read' },
      tag: 'Model',
      summary: `Show one ${one}`,
      params: {
        name: name === 'glossary' || name === 'entities' ? 'Its name.' : 'Its name, with its entity: `entity.name`.',
      },
      responses: {
        200: { description: `The ${one}.`, content: { 'application/json': { $ref: `#/$defs/${schema}` } } },
      },
      errors: ['NOT_FOUND', 'AMBIGUOUS_MEMBER', 'MODEL_UNAVAILABLE'],
      handle: async ({ params, subject }) => {
        const { model, source, etag } = await listedFor(subject);
        return {
          json: findItem(itemsOf(model, name), params.name!, name),
          etag,
          headers: warningHeaders(source),
        };
      },
    },
  ]);
