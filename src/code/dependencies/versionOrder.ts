import { compare as comparePep440, valid as validPep440 } from '@renovatebot/pep440';
import compareSemver from 'semver/functions/compare';
import validSemver from 'semver/functions/valid';
import type { Ecosystem } from './package';

/** Negative when the first version is the older one: PEP 440 for Python, semver for npm, conda's own for conda. */
export function compareVersions(ecosystem: Ecosystem, one: string, other: string): number {
  if (ecosystem === 'npm' && validSemver(one) && validSemver(other)) return compareSemver(one, other);
  if (ecosystem === 'python' && validPep440(one) && validPep440(other)) return comparePep440(one, other);
  return compareLoosely(one, other);
}

/**
 * Part by part as conda's documentation orders versions: numbers by their value, words before numbers, `dev` first, `post` last,
 * and what is missing counts as 0.
 */
export function compareLoosely(one: string, other: string): number {
  const [first, second] = [epochAndParts(one), epochAndParts(other)];
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    const order = comparePart(first[i] ?? 0, second[i] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

type Part = number | string;

function epochAndParts(version: string): Part[] {
  const [, epoch = '0', rest = ''] = /^(?:(\d+)!)?([^]*)$/.exec(version.toLowerCase().trim()) ?? [];
  const parts = (rest.match(/\d+|[a-z]+/g) ?? []).map((part) => (/^\d/.test(part) ? Number(part) : part));
  return [Number(epoch), ...parts];
}

function comparePart(one: Part, other: Part): number {
  const [first, second] = [rank(one), rank(other)];
  if (first !== second) return first - second;
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return one === other ? 0 : one < other ? -1 : 1;
}

function rank(part: Part): number {
  if (typeof part === 'number') return 2;
  return part === 'dev' ? 0 : part === 'post' ? 3 : 1;
}
