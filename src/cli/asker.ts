import { createSubject, type Subject } from '../../core/subject/subject.js';
import { localSubject } from '../identity/caller.js';
import { readSubject } from '../identity/read-subject.js';

/** Who asks on the command line: whoever sits at this machine, or the subject of a file; in the project that is named. */
export const askerOf = ({ as, project }: { readonly as?: string; readonly project?: string }): Subject => {
  const subject = as === undefined ? localSubject : readSubject(as);
  return project === undefined ? subject : createSubject({ ...subject, project });
};
