import { parse } from 'yaml';
import type { Package } from './package';
import { listOf, recordOf } from './plainValues';
import { parseRequirements } from './requirements';

/** Reads a conda environment file, with the pip packages in it. */
export function parseCondaEnvironment(content: string): Package[] {
  return listOf(recordOf(parse(content, { maxAliasCount: 100 }))['dependencies']).flatMap((each) => {
    if (typeof each === 'string') return parseMatch(each) ?? [];
    return listOf(recordOf(each)['pip']).flatMap((line) => (typeof line === 'string' ? parseRequirements(line) : []));
  });
}

/** `channel::name=1.2=build`, `name >=1,<2`, `name==1.2`; one `=` means any version that begins so. */
function parseMatch(text: string): Package | undefined {
  const [, name = '', rest = ''] = /^(?:[^:\s]+::)?([\w.-]+)\s*(?:\[[^\]]*\])?\s*([^]*)$/.exec(text.trim()) ?? [];
  if (name === '') return undefined;
  const requirement = rest.trim();
  // Of an exported environment: the version with the build's name.
  const exact = /^={1,2}\s*([^=<>,*|\s]+)(=[^=\s]+)?$/.exec(requirement)?.[1];
  return { name: name.toLowerCase(), ecosystem: 'conda', version: exact, requirement };
}
