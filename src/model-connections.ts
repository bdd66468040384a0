import type { Model } from '../semantic/model/model.js';

/** Connections that a model's entities name; `null` where some name none. */
export const connectionsOf = (model: Model, connection?: string): readonly string[] | null => {
  if (connection !== undefined) return [connection];
  const homes = Object.values(model.entities).map((entity) => entity.connection ?? model.project.connection);
  return homes.every((home) => home !== null) ? [...new Set(homes)] : null;
};
