import { createSubject, type Subject } from '../../core/subject/subject.js';

/** Whoever sits at this machine. The server acts for it while it listens on loopback only. */
export const localSubject: Subject = createSubject({ user: 'local', roles: ['admin'] });
