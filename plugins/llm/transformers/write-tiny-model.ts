/** For tests: writes a model of a few words in the form that the hub has, tokenizer and ONNX graph, so that the real library runs on it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
};
/** Fields of Protocol Buffers: whole numbers, and what has a length. */
const number = (field: number, value: number): Buffer => Buffer.concat([varint(field * 8), varint(value)]);
const bytes = (field: number, value: Buffer): Buffer =>
  Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);
const text = (field: number, value: string): Buffer => bytes(field, Buffer.from(value));
const message = (field: number, ...parts: readonly Buffer[]): Buffer => bytes(field, Buffer.concat(parts));

const [float, int64] = [1, 7];

const valueInfo = (field: number, name: string, type: number, shape: readonly (string | number)[]): Buffer =>
  message(
    field,
    text(1, name),
    message(
      2,
      message(
        1,
        number(1, type),
        message(2, ...shape.map((size) => message(1, typeof size === 'number' ? number(1, size) : text(2, size)))),
      ),
    ),
  );

/** A graph of one node: each token's row of a table. */
const graphOf = (rows: readonly (readonly number[])[]): Buffer => {
  const dimensions = rows[0]!.length;
  const data = Buffer.from(Float32Array.from(rows.flat()).buffer);
  return Buffer.concat([
    number(1, 8),
    message(8, number(2, 13)),
    message(
      7,
      message(1, text(1, 'table'), text(1, 'input_ids'), text(2, 'last_hidden_state'), text(4, 'Gather')),
      text(2, 'tiny'),
      message(5, number(1, rows.length), number(1, dimensions), number(2, float), text(8, 'table'), bytes(9, data)),
      valueInfo(11, 'input_ids', int64, ['batch', 'tokens']),
      valueInfo(12, 'last_hidden_state', float, ['batch', 'tokens', dimensions]),
    ),
  ]);
};

const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

/** @param meanings the vector of each word, all of one length */
export const writeTinyModel = (folder: string, meanings: Readonly<Record<string, readonly number[]>>): void => {
  const words = [...special, ...Object.keys(meanings)];
  const size = Object.values(meanings)[0]!.length;
  const zero = Array.from({ length: size }, () => 0);
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  const json = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value));
  json('config.json', { model_type: 'bert', architectures: ['BertModel'], hidden_size: size });
  json('tokenizer_config.json', {
    tokenizer_class: 'BertTokenizer',
    model_max_length: 64,
    ...{ pad_token: '[PAD]', unk_token: '[UNK]', cls_token: '[CLS]', sep_token: '[SEP]', mask_token: '[MASK]' },
  });
  json('tokenizer.json', {
    version: '1.0',
    added_tokens: special.map((content, id) => ({
      ...{ id, content, special: true, normalized: false },
      ...{ single_word: false, lstrip: false, rstrip: false },
    })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
    },
  });
  const rows = words.map((word) => meanings[word] ?? zero);
  writeFileSync(join(folder, 'onnx', 'model_quantized.onnx'), graphOf(rows));
};
