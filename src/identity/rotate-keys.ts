import { performAudited } from '../audit/perform-audited.js';
import { actorOf, type Caller } from './caller.js';
import type { Circumstances, IdentityServices } from './service.js';

/** Makes a new key that signs from now on, while serving: the one before verifies what it has signed. @returns its id */
export const rotateKeys = (
  { trail, keys }: IdentityServices,
  caller: Caller,
  { correlationId, address }: Circumstances,
): Promise<string> => {
  const intent = { actor: actorOf(caller), target: null, correlationId, origin: address, detail: {} };
  return performAudited(
    trail,
    { ...intent, action: 'key.rotate' },
    () => keys.rotate(),
    (id) => ({ key: id }),
  );
};
