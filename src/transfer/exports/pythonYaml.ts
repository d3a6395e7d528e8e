export type YamlValue = string | number | null | Readonly<Record<string, string>> | readonly [];

/** Names and values as PyYAML reads them: texts always in double quotes, since YAML 1.1 takes many a bare word for something else. */
export function pythonYaml(values: Readonly<Record<string, YamlValue>>): string {
  const lines = Object.entries(values)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${yamlValue(value)}\n`);
  return lines.join('');
}

function yamlValue(value: YamlValue): string {
  if (value === null) return ' null';
  if (typeof value === 'number') return ` ${value}`;
  if (typeof value === 'string') return ` ${quotedText(value)}`;
  const entries = Object.entries(value);
  if (entries.length === 0) return Array.isArray(value) ? ' []' : ' {}';
  return entries.map(([name, inner]) => `\n  ${quotedText(name)}: ${quotedText(String(inner))}`).join('');
}

/** JSON's escapes are YAML's; what YAML holds to be unprintable is escaped too. */
function quotedText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
