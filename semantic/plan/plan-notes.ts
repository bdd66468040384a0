import type { AskedDimension } from './parse-query.js';
import type { PlanNote } from './plan.js';
import type { Stage } from './stage.js';

/** What a reader of the answer should know about how it was made. */
export const planNotes = (stages: readonly Stage[], dimensions: readonly AskedDimension[]): readonly PlanNote[] => {
  const notes: PlanNote[] = [];
  if (stages.some((stage) => stage.overlapping)) {
    notes.push({
      code: 'GROUPS_OVERLAP',
      message: 'A row may be in several groups, so the groups do not add up to the total.',
    });
  }
  if (stages.length > 1) {
    notes.push({
      code: 'STITCHED',
      message: `${stages.length} aggregates were computed apart and put side by side; no group is dropped.`,
    });
  }
  for (const { resolved } of stages) {
    dimensions.forEach(({ column: name }, index) => {
      const { steps, qualified } = resolved[index]!;
      if (steps.length === 0) return;
      const path = [steps[0]!.from, ...steps.map((step) => step.name ?? step.to)].join(' → ');
      const message = `"${name}" is ${qualified} by ${path}.`;
      if (!notes.some((note) => note.message === message)) notes.push({ code: 'JOIN_PATH', message });
    });
  }
  return notes;
};
