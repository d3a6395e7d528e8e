import { join, resolve } from 'node:path';
import type { OutStatus } from '../../../../src/data/status/status';

export const ROOT = resolve('/projects/digits');

/** A tracked file that is as recorded, but for what is told of it. */
export function out(path: string, more: Partial<OutStatus> = {}): OutStatus {
  return {
    target: join(ROOT, path),
    path,
    state: 'unchanged',
    workspace: 'unchanged',
    inCache: true,
    isFolder: false,
    digest: 'd41d8cd98f00b204e9800998ecf8427e',
    hashName: 'md5',
    size: 9_912_422,
    files: undefined,
    description: undefined,
    changes: undefined,
    recordedIn: join(ROOT, `${path}.dvc`),
    line: 2,
    stage: undefined,
    address: `${path}.dvc`,
    kind: 'out',
    cached: true,
    persistent: false,
    committed: 'unchanged',
    renamedFrom: undefined,
    inRemote: undefined,
    remote: undefined,
    type: undefined,
    labels: [],
    meta: undefined,
    source: undefined,
    ...more,
  };
}
