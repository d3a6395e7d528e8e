import type { Package } from './package';
import { recordOf, textOf } from './plainValues';

/** Reads package-lock.json and npm-shrinkwrap.json, of every version of the format. A package may be there in several versions. */
export function parsePackageLock(content: string): Package[] {
  const file = recordOf(JSON.parse(content));
  const packages = file['packages'];
  if (packages === undefined) return fromTree(file['dependencies']);
  return Object.entries(recordOf(packages)).flatMap(([place, value]): Package[] => {
    const at = place.lastIndexOf('node_modules/');
    const entry = recordOf(value);
    if (at < 0 || entry['link'] === true) return [];
    // An alias is installed under another name than its own.
    return [locked(textOf(entry['name']) ?? place.slice(at + 'node_modules/'.length), textOf(entry['version']))];
  });
}

function fromTree(dependencies: unknown): Package[] {
  return Object.entries(recordOf(dependencies)).flatMap(([name, value]) => {
    const entry = recordOf(value);
    return [locked(name, textOf(entry['version'])), ...fromTree(entry['dependencies'])];
  });
}

function locked(name: string, version: string | undefined): Package {
  return { name, ecosystem: 'npm', version, requirement: version ?? '' };
}

/** Reads package.json's ranges. */
export function parsePackageJson(content: string): Package[] {
  const file = recordOf(JSON.parse(content));
  return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((group) =>
    Object.entries(recordOf(file[group])).map(([name, value]): Package => {
      const requirement = textOf(value) ?? '';
      return { name, ecosystem: 'npm', version: /^v?\d+\.\d+\.\d+\S*$/.exec(requirement)?.[0], requirement };
    }),
  );
}
