import { readFile, stat } from 'node:fs/promises';
import { arch, availableParallelism, cpus, freemem, hostname, release, totalmem, type, version } from 'node:os';
import { join } from 'node:path';

/** What the run stands on, as far as Node can tell; a GPU can't be seen from here and so isn't named. Memory in bytes. */
export function describeSystem(): object {
  const processors = cpus();
  return {
    node: process.version,
    v8: process.versions.v8,
    platform: process.platform,
    arch: arch(),
    os: { type: type(), release: release(), version: version() },
    host: hostname(),
    cpu: { model: processors[0]?.model.trim() || 'unknown', cores: processors.length, usable: availableParallelism() },
    memory: { total: totalmem(), free: freemem() },
  };
}

/** Files that pin what a project depends on, for npm and its kin and for Python. */
const DEPENDENCY_FILES = [
  'package.json',
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'requirements.txt',
  'pyproject.toml',
  'poetry.lock',
  'uv.lock',
  'Pipfile.lock',
  'environment.yml',
  'conda.yaml',
];

const MAX_BYTES = 20_000_000;

export interface NamedFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** The dependency files of the first of these folders that has each, so that the nearest one wins. */
export async function dependencyFiles(folders: readonly string[]): Promise<NamedFile[]> {
  const found: NamedFile[] = [];
  for (const name of DEPENDENCY_FILES) {
    for (const folder of folders) {
      const content = await readSmallFile(join(folder, name));
      if (content === undefined) continue;
      found.push({ name, content });
      break;
    }
  }
  return found;
}

/** A file's content; undefined when there is none, or it is too large to keep with every run. */
export async function readSmallFile(path: string): Promise<Uint8Array | undefined> {
  try {
    const info = await stat(path);
    return info.isFile() && info.size <= MAX_BYTES ? await readFile(path) : undefined;
  } catch {
    return undefined;
  }
}
