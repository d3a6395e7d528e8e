import { dirname, join } from 'node:path';
import { addressOf } from './recordPath';
import type { Stage, StageOut } from './stage';

const KEYS = /^(?:- | {2})(md5|size|nfiles|hash|path): (.+)$/;
/** Names that YAML can't take for anything but themselves. */
const PLAIN_NAME = /^(?=.*[A-Za-z_])[A-Za-z0-9_][A-Za-z0-9_./-]*$/;
const OTHER_VALUE = /^(?:true|false|null|yes|no|on|off|y|n|0[xob].*|[0-9._]+(?:e[0-9-]+)?)$/i;

/**
 * Reads a `.dvc` file of the one form that `dvc add` writes, many times faster than a YAML parser; undefined for any other, which
 * is then the parser's.
 */
export function readPlainRecord(root: string, file: string, text: string): Stage | undefined {
  const lines = text.split('\n');
  if (lines[0] !== 'outs:' || lines.at(-1) !== '') return undefined;
  const values = new Map<string, string>();
  for (let i = 1; i < lines.length - 1; i++) {
    const line = lines[i] ?? '';
    const [, key, value] = KEYS.exec(line) ?? [];
    if (key === undefined || value === undefined || values.has(key) || line.startsWith('- ') !== (i === 1)) return undefined;
    values.set(key, value);
  }
  const [digest = '', size = '', files, hash, path = ''] = ['md5', 'size', 'nfiles', 'hash', 'path'].map((key) => values.get(key));
  if (!/^(?=.*[a-f])[0-9a-f]{32}(\.dir)?$/.test(digest) || /^[0-9]+e[0-9]+$/.test(digest) || hash !== 'md5') return undefined;
  if (!/^(0|[1-9]\d{0,14})$/.test(size) || (files !== undefined && !/^(0|[1-9]\d{0,14})$/.test(files))) return undefined;
  if (!PLAIN_NAME.test(path) || OTHER_VALUE.test(path)) return undefined;
  const workingFolder = dirname(file);
  const out: StageOut = {
    path,
    target: join(workingFolder, path),
    kind: 'out',
    recorded: {
      hashName: 'md5',
      digest,
      size: Number(size),
      files: files === undefined ? undefined : Number(files),
      executable: false,
    },
    cached: true,
    persistent: false,
    pushed: true,
    versioned: false,
    remote: undefined,
    description: undefined,
    type: undefined,
    labels: [],
    meta: undefined,
    line: 2,
  };
  return {
    address: addressOf(root, file, undefined),
    file,
    line: 1,
    name: undefined,
    workingFolder,
    command: undefined,
    recordedCommand: undefined,
    isLocked: true,
    frozen: false,
    alwaysChanged: false,
    description: undefined,
    meta: undefined,
    checksum: { recorded: undefined, actual: undefined },
    deps: [],
    params: [],
    outs: [out],
  };
}
