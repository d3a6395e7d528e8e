import { invalid } from '../core/errors';

const SCHEME = 'mlflow-artifacts:/';

/**
 * Turns places in the store into URIs by which clients reach them through this server, and back into paths of the
 * artifact tree. Other URIs stay as they are.
 */
export class ArtifactUris {
  constructor(private readonly root: string) {}

  toWire(uri: string): string {
    const path = this.under(uri);
    return path === undefined ? uri : `${SCHEME}${path}`;
  }

  /** The tree's path of a place in the store or of one of our URIs; undefined for any other. */
  toPath(uri: string): string | undefined {
    return this.under(uri) ?? proxiedPath(uri);
  }

  private under(uri: string): string | undefined {
    if (!uri.startsWith(`${this.root}/`)) return undefined;
    return decodeURIComponent(uri.slice(this.root.length + 1)).replace(/\/+$/, '');
  }
}

/** The path in `mlflow-artifacts:/path`; one that names a server has it after the server's name. */
function proxiedPath(uri: string): string | undefined {
  const found = /^mlflow-artifacts:(?:\/\/[^/]*)?\/*(.*)$/.exec(uri);
  return found?.[1];
}

/** A folder's path and one inside it. */
export function joined(folder: string | undefined, path: string | undefined): string {
  if (folder === undefined) throw invalid('The artifacts of this run or model do not lie in this store.');
  return path === undefined || path === '' ? folder : `${folder}/${path}`;
}
