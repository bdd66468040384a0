/** The files of a model in a folder: whether they are there, and a mark that changes when they do. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PluginError } from 'datamind/contract';

/** @throws PluginError `LLM_REJECTED` where one is missing */
export const markOfFiles = async (folder: string, quantized: boolean): Promise<string> => {
  const weights = join('onnx', quantized ? 'model_quantized.onnx' : 'model.onnx');
  const marks: string[] = [];
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json', weights]) {
    try {
      const { size, mtimeMs } = await stat(join(folder, name));
      marks.push(`${size}.${Math.round(mtimeMs)}`);
    } catch {
      throw new PluginError('LLM_REJECTED', `The folder of the model has no ${name}.`);
    }
  }
  return marks.join('-');
};
