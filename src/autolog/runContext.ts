import { basename, isAbsolute, relative, resolve } from 'node:path';
import { CodeArtifact, type CodeState, type LeftOut, type ReadCodeState } from '../core/codeState';
import { messageOf } from '../core/errors';
import { TagName } from '../core/tagNames';
import { dependencyFiles, describeSystem, readSmallFile } from './environment';
import { maskedUrls } from './secretMask';
import type { SessionLog } from './sessionLog';

/** Where a run comes from: what is logged of it before the first line of training. */
export interface RunContext {
  readonly tags: Readonly<Record<string, string>>;
  /** Artifact path → content. */
  readonly files: ReadonlyMap<string, Uint8Array | string>;
}

/** Reads the code's state, the source file, the system and the dependencies. What can't be read is warned of and left out. */
export async function readRunContext(
  folder: string,
  source: string | undefined,
  readCodeState: ReadCodeState,
  log: SessionLog,
): Promise<RunContext> {
  const tags: Record<string, string> = {};
  const files = new Map<string, Uint8Array | string>();
  const code = await codeStateOf(folder, readCodeState, log);
  if (code) {
    if (code.commit !== undefined) tags[TagName.gitCommit] = code.commit;
    if (code.branch !== undefined) tags[TagName.gitBranch] = code.branch;
    if (code.remote !== undefined) tags[TagName.gitRemote] = maskedUrls(code.remote);
    tags[TagName.gitDirty] = String(code.dirty);
    if (code.untracked !== undefined) tags[TagName.gitUntracked] = String(code.untracked);
    const inside = relative(code.root, folder).replaceAll('\\', '/');
    if (inside !== '' && !inside.startsWith('..') && !isAbsolute(inside)) tags[TagName.workingFolder] = inside;
    if (code.patch !== undefined) files.set(CodeArtifact.patch, code.patch);
    else if (code.dirty)
      log.warn('The uncommitted changes are not kept with the run: they are too large for a patch, or inside submodules.');
    if (code.leftOut !== undefined) {
      files.set(CodeArtifact.leftOut, code.leftOut.map(({ path, reason }) => `${reason}\t${path.replaceAll('\n', ' ')}\n`).join(''));
      log.warn(`Not kept with the run: ${leftOutText(code.leftOut)}.`);
    }
  }
  if (source !== undefined) {
    const path = resolve(folder, source);
    tags[TagName.sourceName] = sourceName(path, code?.root ?? folder);
    const content = await readSmallFile(path);
    if (content !== undefined) files.set(`code/${basename(path)}`, content);
  }
  files.set('environment/system.json', `${JSON.stringify(describeSystem(), undefined, 2)}\n`);
  const folders = code && code.root !== folder ? [folder, code.root] : [folder];
  for (const { name, content } of await dependencyFiles(folders)) files.set(`environment/${name}`, content);
  return { tags, files };
}

async function codeStateOf(folder: string, readCodeState: ReadCodeState, log: SessionLog): Promise<CodeState | undefined> {
  try {
    return await readCodeState(folder);
  } catch (error) {
    log.warn(`The code's state is not logged: ${messageOf(error)}`);
    return undefined;
  }
}

function leftOutText(leftOut: readonly LeftOut[]): string {
  const named = leftOut.slice(0, 3).map(({ path, reason }) => `${path} (${reason})`);
  return [...named, ...(leftOut.length > 3 ? [`${leftOut.length - 3} more`] : [])].join(', ');
}

/** Relative to the project with `/`, so that it reads the same on every machine; absolute for a file from elsewhere. */
function sourceName(path: string, root: string): string {
  const name = relative(root, path);
  return name.startsWith('..') || isAbsolute(name) ? path : name.replaceAll('\\', '/');
}
