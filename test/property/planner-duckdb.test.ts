import { describeAgreement } from './planner-agrees.js';

describeAgreement('duckdb');
