import { join } from 'node:path';
import { packageRoot } from '../../core/package-root.js';
import { copyDemo } from '../demo/copy-demo.js';
import { evalFolder } from './by-hand.js';
import { makeFourthBusiness } from './fourth-business/make-data.js';
import { makeSecondBusiness } from './second-business/make-data.js';
import { makeThirdBusiness } from './third-business/make-data.js';

/** A business that questions are asked about. */
export interface Business {
  readonly name: string;
  readonly ontology: string;
  /** The folder with the questions and their SQL. */
  readonly questions: string;
  /** The same with rows, for `datamind eval`. */
  readonly file: string;
  /** Makes its DuckDB file, which is not there yet. */
  makeData(path: string): Promise<void>;
}

export const fjellAndFell: Business = {
  name: 'fjell-and-fell',
  ontology: join(packageRoot(), 'ontology'),
  questions: evalFolder('fjell-and-fell'),
  file: evalFolder('fjell-and-fell.jsonl'),
  makeData: copyDemo,
};

export const secondBusiness: Business = {
  name: 'second-business',
  ontology: evalFolder('second-business', 'ontology'),
  questions: evalFolder('second-business', 'questions'),
  file: evalFolder('second-business', 'questions.jsonl'),
  makeData: makeSecondBusiness,
};

export const thirdBusiness: Business = {
  name: 'third-business',
  ontology: evalFolder('third-business', 'ontology'),
  questions: evalFolder('third-business', 'questions'),
  file: evalFolder('third-business', 'questions.jsonl'),
  makeData: makeThirdBusiness,
};

export const fourthBusiness: Business = {
  name: 'fourth-business',
  ontology: evalFolder('fourth-business', 'ontology'),
  questions: evalFolder('fourth-business', 'questions'),
  file: evalFolder('fourth-business', 'questions.jsonl'),
  makeData: makeFourthBusiness,
};

export const businesses: readonly Business[] = [fjellAndFell, secondBusiness, thirdBusiness, fourthBusiness];
