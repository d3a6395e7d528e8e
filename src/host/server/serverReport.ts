/** What a server that is being started says of itself, a line of JSON each; other lines are for people. */
export type ServerReport =
  | { readonly kind: 'listening'; readonly pid: number }
  | { readonly kind: 'port-taken'; readonly port: number; readonly owner: string | undefined; readonly suggestion: number }
  | { readonly kind: 'already-served' };

/** The first report in what a server has written so far. */
export function findReport(output: string): ServerReport | undefined {
  for (const line of output.split('\n')) {
    const report = line.startsWith('{') ? reportOf(line) : undefined;
    if (report) return report;
  }
  return undefined;
}

function reportOf(line: string): ServerReport | undefined {
  let fields: { readonly [key: string]: unknown };
  try {
    fields = JSON.parse(line) as typeof fields;
  } catch {
    // It may be half written.
    return undefined;
  }
  const { error, url, pid, port, owner, suggestion } = fields;
  if (error === 'already-served') return { kind: 'already-served' };
  if (error === 'port-taken' && typeof port === 'number')
    return { kind: 'port-taken', port, owner: ownerOf(owner), suggestion: typeof suggestion === 'number' ? suggestion : 0 };
  return error === undefined && typeof url === 'string' && typeof pid === 'number' ? { kind: 'listening', pid } : undefined;
}

function ownerOf(owner: unknown): string | undefined {
  if (typeof owner !== 'object' || owner === null) return undefined;
  const { name, pid } = owner as { readonly name?: unknown; readonly pid?: unknown };
  if (typeof pid !== 'number') return undefined;
  return typeof name === 'string' && name !== '' ? `${name} (process ${pid})` : `process ${pid}`;
}

/** The last line for people, which says why a server has ended. */
export function lastWord(output: string): string | undefined {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.findLast((line) => line !== '' && !line.startsWith('{'))?.replace(/^ml-tracking: /, '');
}
