import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FolderLayout } from '../cache/folderLayouts';
import { isInside } from '../cache/memberPaths';

/** How a folder lay, without the names of what was in it. */
export type KeptLayout = Pick<FolderLayout, 'path' | 'hashName'>;

/** Writes how folders lay, each into a file beside the note of what is kept: it may be long. */
export async function writeLayouts(folder: string, layouts: readonly FolderLayout[]): Promise<void> {
  for (const [index, { manifest, parts }] of layouts.entries())
    await writeFile(fileOf(folder, index), JSON.stringify({ parts: parts ?? null, manifest }));
}

/** Rejects where a file isn't one of those. What a manifest says is checked where it is used. */
export async function readLayouts(folder: string, layouts: readonly KeptLayout[]): Promise<FolderLayout[]> {
  return Promise.all(
    layouts.map(async (each, index) => {
      const { parts, manifest } = JSON.parse(await readFile(fileOf(folder, index), 'utf8')) as Record<string, unknown>;
      const isPartial = Array.isArray(parts) && (parts as unknown[]).every((part) => typeof part === 'string');
      if (typeof manifest !== 'string' || !(isPartial || parts === null)) throw new Error(`How ${each.path} lay can't be read any more.`);
      return { ...each, parts: isPartial ? (parts as string[]) : undefined, manifest };
    }),
  );
}

/** What a note says of layouts; undefined where it can't be that, or a path leads out of the repository. */
export function parsedLayouts(layouts: unknown): KeptLayout[] | undefined {
  if (!Array.isArray(layouts)) return undefined;
  const found = (layouts as unknown[]).flatMap((each): KeptLayout[] => {
    const { path, hashName } = (each ?? {}) as Record<keyof KeptLayout, unknown>;
    const isOurs = typeof path === 'string' && isInside(path, process.platform) && (hashName === 'md5' || hashName === 'md5-dos2unix');
    return isOurs ? [{ path, hashName }] : [];
  });
  return found.length === layouts.length ? found : undefined;
}

function fileOf(folder: string, index: number): string {
  return join(folder, `layout-${index}.json`);
}
