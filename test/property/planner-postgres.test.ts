import { describeAgreement } from './planner-agrees.js';

describeAgreement('postgres');
