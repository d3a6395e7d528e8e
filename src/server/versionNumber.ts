import { Type } from 'typebox';
import { invalid } from '../core/errors';

/** Versions of models are numbers that travel as strings. */
export const VersionNumber = Type.Union([Type.String({ minLength: 1 }), Type.Integer()]);

export function readVersion(value: string | number): number {
  const version = /^-?\d{1,15}$/.test(String(value)) ? Number(value) : NaN;
  if (Number.isNaN(version)) throw invalid(`Parameter 'version' must be an integer, got '${String(value).slice(0, 50)}'.`);
  return version;
}
