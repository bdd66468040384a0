import { In } from 'typeorm';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { memberships, users } from '../identity/store.js';
import type { Reader } from '../store/store.js';

/**
 * Holds a workspace to keep an admin when this user is none any more.
 * @param only this one; every workspace that the user is admin of when absent
 * @throws DataMindError `CONFLICT`
 */
export const assertAdminStays = async (db: Reader, userId: string, only?: string): Promise<void> => {
  const places = await db.findBy(memberships, {
    userId,
    role: 'admin',
    ...(only !== undefined && { workspaceId: only }),
  });
  for (const { workspaceId } of places) {
    const others = (await db.findBy(memberships, { workspaceId, role: 'admin' }))
      .map((row) => row.userId)
      .filter((id) => id !== userId);
    if (others.length > 0 && (await db.existsBy(users, { id: In(others), status: 'active' }))) continue;
    throw new DataMindError('CONFLICT', 'A workspace keeps at least one admin; make somebody else one first.');
  }
};
