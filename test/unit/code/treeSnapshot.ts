import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Everything that the working tree holds: path → kind and content. */
export function snapshot(root: string, folder = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (path === '.git') continue;
    if (entry.isDirectory()) Object.assign(found, snapshot(root, path));
    else if (entry.isSymbolicLink()) found[path] = `link ${readlinkSync(join(root, path))}`;
    else found[path] = `${statSync(join(root, path)).mode & 0o100} ${readFileSync(join(root, path)).toString('base64')}`;
  }
  return found;
}
