/** A project from a template: what it selects of the model, and what it adds to it. */
import { stringify } from 'yaml';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Described, Model } from '../../semantic/model/model.js';
import { createPlanner } from '../../semantic/plan/create-planner.js';
import { intentOf } from '../audit/intent-of.js';
import { performAudited } from '../audit/perform-audited.js';
import { actorOf, type Caller, workspaceOf } from '../identity/caller.js';
import type { Circumstances } from '../identity/service.js';
import type { ModelSource } from '../models/model-source.js';
import { savedQueries } from '../saved-queries/store.js';
import { newId } from '../store/new-id.js';
import type { Writer } from '../store/store.js';
import { type ProjectTemplate, projectTemplates, type Selection } from './read-templates.js';
import { createProject, type NewProject, type ProjectServices } from './service.js';
import { projects } from './store.js';

/** What was made from a template, and what was not because the model lacks something. */
export interface Provisioning {
  readonly metrics: readonly string[];
  readonly verified_queries: readonly string[];
  readonly saved_queries: readonly string[];
  readonly skipped: readonly { readonly kind: string; readonly name: string; readonly missing: readonly string[] }[];
}

/** @throws DataMindError `NOT_FOUND` */
export const templateNamed = (name: string): ProjectTemplate => {
  const templates = projectTemplates();
  const found = templates.find((template) => template.name === name);
  if (found !== undefined) return found;
  throw new DataMindError('NOT_FOUND', `There is no template "${name}".`, {
    suggestions: templates.map((template) => template.name),
  });
};

const select = ({ tags, names }: Selection, objects: Readonly<Record<string, Described>>): readonly string[] =>
  Object.values(objects)
    .filter(({ name, tags: own }) => names.includes(name) || own.some((tag) => tags.includes(tag)))
    .map(({ name }) => name);

/** Metrics, and measures whose bare name means one thing. */
const askable = ({ metrics, entities }: Model): ReadonlySet<string> => {
  const owners = new Map<string, number>();
  for (const { measures } of Object.values(entities))
    for (const name of Object.keys(measures)) owners.set(name, (owners.get(name) ?? 0) + 1);
  return new Set([...Object.keys(metrics), ...[...owners].flatMap(([name, count]) => (count === 1 ? [name] : []))]);
};

type Kind = 'metric' | 'verified_query' | 'saved_query';

/** Something that a template makes, and what it is in the file that is added to the model; a saved query is in none. */
interface Piece {
  readonly kind: Kind;
  readonly name: string;
  readonly needs: readonly string[];
  readonly query: Readonly<Record<string, unknown>> | null;
  readonly written: Readonly<Record<string, unknown>> | null;
}

const piecesOf = ({ provides }: ProjectTemplate): readonly Piece[] => [
  ...Object.entries(provides.metrics).map(
    ([name, { needs, definition }]): Piece => ({ kind: 'metric', name, needs, query: null, written: definition }),
  ),
  ...Object.entries(provides.verified_queries).map(
    ([name, { needs, question, query }]): Piece => ({
      ...{ kind: 'verified_query', name, needs, query },
      written: { question, query },
    }),
  ),
  ...Object.entries(provides.saved_queries).map(
    ([name, { needs, query }]): Piece => ({ kind: 'saved_query', name, needs, query, written: null }),
  ),
];

/** The file of the model that has the pieces; `null` where none of them is in one. */
const textOf = (pieces: readonly Piece[]): string | null => {
  const section = (kind: Kind): Readonly<Record<string, unknown>> =>
    Object.fromEntries(pieces.flatMap((one) => (one.kind === kind ? [[one.name, one.written] as const] : [])));
  const content = Object.entries({ metrics: section('metric'), verified_queries: section('verified_query') });
  const filled = content.filter(([, objects]) => Object.keys(objects).length > 0);
  return filled.length === 0 ? null : stringify(Object.fromEntries(filled));
};

type Preview = (text: string | null) => Promise<Model | null>;

/** Whether the planner takes the query, whatever the database and whoever asks. */
const isPlanned = (model: Model, query: Piece['query']): boolean => {
  if (query === null) return true;
  try {
    createPlanner(model).plan(query, { dialect: 'duckdb', features: { timeZones: true }, now: 0 });
    return true;
  } catch (error) {
    if (error instanceof DataMindError) return false;
    throw error;
  }
};

interface Fitting {
  readonly made: readonly Piece[];
  readonly skipped: Provisioning['skipped'];
}

/** The pieces that a model takes, one after another: what comes later may stand on what comes before. */
const takeFitting = async (pieces: readonly Piece[], model: Model, preview: Preview): Promise<Fitting> => {
  const made: Piece[] = [];
  const skipped: Provisioning['skipped'][number][] = [];
  let next = model;
  for (const piece of pieces) {
    const { kind, name, needs, query } = piece;
    const there = askable(next);
    const missing = needs.filter((need) => !there.has(need));
    // What the model has already under that name is used as it is.
    if (
      kind === 'metric' ? there.has(name) : kind === 'verified_query' && Object.hasOwn(model.verified_queries, name)
    ) {
      continue;
    }
    const tried = missing.length > 0 || piece.written === null ? next : await preview(textOf([...made, piece]));
    if (missing.length > 0 || tried === null || !isPlanned(tried, query)) skipped.push({ kind, name, missing });
    else {
      made.push(piece);
      next = tried;
    }
  }
  return { made, skipped };
};

const fileOf = (name: string): string => {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return `projects/${plain === '' ? 'project' : plain}.yaml`;
};

/** Adds the file to the model, compiled whole. @throws DataMindError `CONFLICT` where there is one, `MODEL_INVALID` */
const addFile = (source: ModelSource, file: string, text: string, by: string) =>
  source.change(
    file,
    (before) => {
      if (before === null) return text;
      throw new DataMindError('CONFLICT', `The model has a file "${file}" already.`, {
        hint: 'Give the project another name, or remove that file.',
      });
    },
    by,
  );

/**
 * Makes a project, with what the template adds to the workspace's model and the queries that it saves.
 * @throws DataMindError as {@link createProject} does, and as a change of the model
 */
export const createFromTemplate = async (
  services: ProjectServices,
  caller: Caller,
  template: ProjectTemplate,
  asked: NewProject,
  circumstances: Circumstances,
): Promise<{ readonly id: string; readonly provisioned: Provisioning }> => {
  const { store, trail, models, now } = services;
  const workspaceId = workspaceOf(caller);
  const name = asked.name.trim();
  if (await store.read((db) => db.existsBy(projects, { workspaceId, name }))) {
    throw new DataMindError('CONFLICT', `There is a project "${name}" already.`);
  }
  const source = await models.of(workspaceId);
  const model = source.model();
  const { user } = caller.subject;
  const file = fileOf(name);
  const preview: Preview = async (tried) => (await source.preview(new Map([[file, tried]]))).model;
  const { made, skipped } = await takeFitting(piecesOf(template), model, preview);
  const text = textOf(made);
  const namesOf = (kind: Kind): readonly string[] => made.flatMap((one) => (one.kind === kind ? [one.name] : []));
  const provided = Object.keys(template.provides.metrics);
  const project: NewProject = {
    ...asked,
    entities: [...(asked.entities ?? []), ...select(template.entities, model.entities)],
    metrics: [
      ...(asked.metrics ?? []),
      ...select(template.metrics, model.metrics),
      ...provided.filter((one) => Object.hasOwn(model.metrics, one)),
      ...namesOf('metric'),
    ],
  };
  const keep = async (db: Writer, projectId: string): Promise<void> => {
    for (const title of namesOf('saved_query')) {
      const { description, query } = template.provides.saved_queries[title]!;
      const at = now();
      await db.insert(savedQueries, {
        ...{ id: newId(at), workspaceId, owner: user, projectId, description, query, shared: true },
        ...{ name: `${title} (${name})`, sql: null, connection: null, createdAt: at, changedAt: at, version: 1 },
      });
    }
  };
  const detail = { project: name, file: text === null ? null : file };
  const intent = intentOf(actorOf(caller), 'template.apply', template.name, circumstances, detail);
  return performAudited(trail, intent, async () => {
    if (text !== null) await addFile(source, file, text, user);
    try {
      const from = { template: template.name, keep };
      const id = await createProject(services, caller, project, circumstances, from);
      const provisioned: Provisioning = {
        metrics: namesOf('metric'),
        verified_queries: namesOf('verified_query'),
        saved_queries: namesOf('saved_query'),
        skipped,
      };
      return { id, provisioned };
    } catch (error) {
      // Nobody has asked for what it would have served.
      if (text !== null) await source.change(file, (now) => (now?.text === text ? null : (now?.text ?? null)), user);
      throw error;
    }
  });
};
