import { pythonName, type Package } from './package';

/** Reads a pip requirements file. Options and included files are left out; hashes and markers are not part of a requirement. */
export function parseRequirements(content: string): Package[] {
  const lines = content
    .replace(/^\ufeff/, '')
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/);
  return lines.flatMap((line) => parseRequirement(line.replace(/(^|\s)#(?!egg=).*$/, '')) ?? []);
}

/** One requirement as PEP 508 has it, or as pip takes it: `name[extra]>=1; marker`, `name @ url`, `-e git+https://…#egg=name`. */
export function parseRequirement(text: string): Package | undefined {
  const line = text
    .replace(/\s--hash[= ]\S+/g, '')
    .replace(/^\s*(-e|--editable)[ =]/, '')
    .trim();
  if (line === '' || line.startsWith('-')) return undefined;
  const egg = /[#&]egg=([\w.-]+)/.exec(line)?.[1];
  if (/^[a-z+]+:\/\//i.test(line)) return egg === undefined ? undefined : named(egg, line);
  const [, name = '', rest = ''] = /^([a-z\d](?:[\w.-]*[a-z\d])?)\s*(?:\[[^\]]*\])?\s*([^]*)$/i.exec(line) ?? [];
  // A path to a package, which has a name only when it is built.
  if (name === '' || /^[/\\]/.test(rest)) return undefined;
  if (rest.startsWith('@')) return named(name, rest.slice(1).split(/\s;/, 1)[0] ?? '');
  const specifier = (rest.split(';', 1)[0] ?? '').replace(/^\(([^]*)\)\s*$/, '$1');
  if (specifier.trim() !== '' && !/^[<>=!~]/.test(specifier.trim())) return undefined;
  return named(name, specifier);
}

function named(name: string, requirement: string): Package {
  const asked = requirement.replace(/\s+/g, '');
  const exact = /^={2,3}([^,*]+)$/.exec(asked)?.[1];
  return { name: pythonName(name), ecosystem: 'python', version: exact, requirement: asked };
}
