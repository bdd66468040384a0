import { intentOf } from '../audit/intent-of.js';
import { performAudited } from '../audit/perform-audited.js';
import { actorOf, type Caller } from './caller.js';
import type { Circumstances, IdentityServices } from './service.js';

/** Makes a new key that signs from now on, while serving: the one before verifies what it has signed. @returns its id */
export const rotateKeys = (
  { trail, keys }: IdentityServices,
  caller: Caller,
  circumstances: Circumstances,
): Promise<string> =>
  performAudited(
    trail,
    intentOf(actorOf(caller), 'key.rotate', null, circumstances),
    () => keys.rotate(),
    (id) => ({ key: id }),
  );
