import { compare, valid } from '@renovatebot/pep440';

/** The oldest dvc whose commands and files are the ones that are counted on here. */
export const OLDEST_DVC = '3.33.0';

/** What `dvc --version` printed, as a version of PEP 440's; undefined where it is none. Warnings may stand before it. */
export function parseVersion(printed: string): string | undefined {
  const words = printed
    .split(/\r?\n/)
    .map((line) => line.trim().replace(/^dvc(?: version)?:?\s+/i, ''))
    .filter((line) => valid(line) !== null);
  return words.at(-1);
}

/** Whether a version of dvc is new enough. Versions between releases (`3.50.1.dev3+gabc`) count as what they are. */
export function isSupported(version: string): boolean {
  return compare(version, OLDEST_DVC) >= 0;
}
