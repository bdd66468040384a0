/** Days since 1970-01-01. */
export const day = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / 86_400_000;

export const firstDay = day('2023-11-01');
/** Inclusive. */
export const lastDay = day('2026-10-31');
export const dayCount = lastDay - firstDay + 1;

export const isoDay = (days: number): string => new Date(days * 86_400_000).toISOString().slice(0, 10);
export const monthOf = (days: number): number => new Date(days * 86_400_000).getUTCMonth() + 1;
/** 0 is Monday. */
export const weekdayOf = (days: number): number => (((days + 3) % 7) + 7) % 7;
