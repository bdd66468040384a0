/** A cell as people read it. Exact ones are in JSON and CSV. */
import type { PlannedColumn } from '../../semantic/plan/query.js';
import type { WireCell } from './spell-cells.js';

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

const formatNumber = (value: number | string, { format, unit }: Pick<PlannedColumn, 'format' | 'unit'>): string => {
  if (typeof value === 'string') return value;
  if (format === 'percent') return `${(value * 100).toFixed(1)} %`;
  const money = unit !== null && /^[A-Z]{3}$/.test(unit);
  const text = Number.isInteger(value) && !money ? String(value) : value.toFixed(money ? 2 : 4);
  if (/e/i.test(text)) return text;
  const [whole = '', fraction] = text.split('.');
  return fraction === undefined ? grouped(whole) : `${grouped(whole)}.${fraction}`;
};

export const formatCell = (cell: WireCell, column: Pick<PlannedColumn, 'type' | 'format' | 'unit'>): string => {
  if (cell === null) return '–';
  if (column.type === 'number' && (typeof cell === 'number' || typeof cell === 'string'))
    return formatNumber(cell, column);
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
};
