import { DataMindError } from '../../core/errors/datamind-error.js';
import type { Call, Route } from '../api/route.js';
import type { Compilation, ModelCompiler } from '../models/model-source.js';
import type { WorkspaceModels } from '../models/workspace-models.js';
import './schemas.js';

interface CompileRequest {
  readonly text?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly with_folder?: boolean;
}

const untitled = 'text.yaml';

const compile = async (
  models: WorkspaceModels,
  workspace: string,
  compiler: ModelCompiler,
  body: CompileRequest,
): Promise<Compilation> => {
  const { text, files, with_folder: withFolder } = body;
  if (text !== undefined && files !== undefined) {
    throw new DataMindError('BAD_REQUEST', 'Send "text" or "files", not both.');
  }
  const given = new Map(text === undefined ? Object.entries(files ?? {}) : [[untitled, text]]);
  return given.size === 0 || withFolder === true
    ? (await models.of(workspace)).preview(given)
    : compiler.compile({ files: given, findings: [] });
};

export const createCompilerRoutes = (models: WorkspaceModels, compiler: ModelCompiler): readonly Route[] => [
  {
    method: 'post',
    path: '/api/v1/compiler/compile',
    operation: 'compile',
    access: { role: 'admin', scope: 'model:read' },
    cost: 5,
    tag: 'Model files',
    summary: 'Compile texts, or the model, and change nothing',
    description:
      'Without a body the files of the model are compiled. The answer is 200 with the diagnostics, valid or not.',
    body: {
      required: false,
      limit: 8 * 1024 * 1024,
      content: {
        'application/json': {
          schema: { $ref: '#/$defs/CompileRequest' },
          example: { text: 'entity: orders\ntable: orders\nkey: order_id\nmeasures:\n  order_count: {cuont: "*"}\n' },
        },
      },
    },
    responses: {
      200: {
        description: 'What the compiler found.',
        content: { 'application/json': { $ref: '#/$defs/Compilation' } },
      },
    },
    handle: async ({ body, subject }: Call) => {
      const { model, diagnostics } = await compile(models, subject.workspace, compiler, (body ?? {}) as CompileRequest);
      const count = (wanted: string): number => diagnostics.filter(({ severity }) => severity === wanted).length;
      const errors = count('error');
      return {
        json: {
          valid: errors === 0 && model !== null,
          hash: errors === 0 ? (model?.hash ?? null) : null,
          errors,
          warnings: count('warning'),
          diagnostics,
        },
      };
    },
  },
];
