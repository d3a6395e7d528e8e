import { parse } from 'smol-toml';
import { pythonName, type Package } from './package';
import { listOf, recordOf, textOf } from './plainValues';
import { parseRequirement } from './requirements';

/** Reads a pyproject.toml: PEP 621's lists, PEP 735's groups, Poetry's tables. */
export function parsePyproject(content: string): Package[] {
  const file = recordOf(parse(content));
  const project = recordOf(file['project']);
  const poetry = recordOf(recordOf(file['tool'])['poetry']);
  const lists = [
    project['dependencies'],
    ...Object.values(recordOf(project['optional-dependencies'])),
    ...Object.values(recordOf(file['dependency-groups'])),
  ];
  const tables = [
    poetry['dependencies'],
    poetry['dev-dependencies'],
    ...Object.values(recordOf(poetry['group'])).map((group) => recordOf(group)['dependencies']),
  ];
  return [...lists.flatMap(fromList), ...tables.flatMap(fromPoetry)];
}

function fromList(list: unknown): Package[] {
  return listOf(list).flatMap((each) => (typeof each === 'string' ? (parseRequirement(each) ?? []) : []));
}

/** Poetry's `name = "^1.2"` or `name = { version = "^1.2" }`; a bare version means exactly that one. */
function fromPoetry(table: unknown): Package[] {
  return Object.entries(recordOf(table)).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each: unknown): Package => {
      const asked = textOf(each) ?? textOf(recordOf(each)['version']) ?? textOf(recordOf(each)['git']) ?? '';
      const version = /^(?:==)?\d[\w.!+-]*$/.test(asked) ? asked.replace(/^==/, '') : undefined;
      return { name: pythonName(name), ecosystem: 'python', version, requirement: asked === '*' ? '' : asked };
    }),
  );
}

/** Reads poetry.lock, uv.lock or pdm.lock, which all list `[[package]]` with name and version. The project itself is left out. */
export function parsePythonLock(content: string): Package[] {
  return listOf(recordOf(parse(content))['package']).flatMap((each): Package[] => {
    const entry = recordOf(each);
    const name = textOf(entry['name']);
    const version = textOf(entry['version']);
    const source = recordOf(entry['source']);
    if (name === undefined || 'virtual' in source || 'editable' in source) return [];
    return [{ name: pythonName(name), ecosystem: 'python', version, requirement: version === undefined ? '' : `==${version}` }];
  });
}

/** Reads Pipfile.lock. */
export function parsePipfileLock(content: string): Package[] {
  const file = recordOf(JSON.parse(content));
  return ['default', 'develop'].flatMap((group) =>
    Object.entries(recordOf(file[group])).map(([name, value]): Package => {
      const requirement = textOf(recordOf(value)['version']) ?? '';
      return { name: pythonName(name), ecosystem: 'python', version: /^==(.+)$/.exec(requirement)?.[1], requirement };
    }),
  );
}
