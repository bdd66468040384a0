import type { AskedBefore } from '../../semantic/policy/group-question.js';
import { defineTable } from '../store/define-table.js';

/** What a user asked of groups of a table. It holds names of dimensions, and of the question itself a hash. */
export interface GroupQuestionRow {
  readonly id: string;
  readonly workspace: string;
  readonly user: string;
  readonly ofTable: string;
  readonly signature: string;
  readonly splitters: readonly string[];
  readonly state: AskedBefore['state'];
  readonly at: number;
}

export const groupQuestions = defineTable<GroupQuestionRow>('group_questions', {
  id: 'id',
  workspace: 'text',
  user: 'text',
  ofTable: 'text',
  signature: 'text',
  splitters: 'json',
  state: 'text',
  at: 'time',
});
