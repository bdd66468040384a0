import { describeVariant, variants } from './engine-cases.js';

// One file for each engine, so that engines are tried side by side.
describeVariant(variants.find(({ name }) => name === 'clickhouse')!);
