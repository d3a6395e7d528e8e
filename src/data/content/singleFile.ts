import { missing } from '../../core/errors';
import type { ContentFile, ContentSource } from './place';

/** One file of a source as a source of its own; the folder's other files are beside it. */
export function singleFile(source: ContentSource, file: ContentFile): ContentSource {
  const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
  return {
    name: file.path,
    isFolder: false,
    hashName: source.hashName,
    list: () => Promise.resolve([file]),
    open: () => source.open(file.path),
    sibling: (name) => {
      if (!source.isFolder) return source.sibling(name);
      const path = folder + name.slice(name.lastIndexOf('/') + 1);
      const found = async (): Promise<ContentFile> => {
        const other = (await source.list()).find((each) => each.path === path);
        if (!other) throw missing(`${source.name} has no file ${path}.`);
        return other;
      };
      return {
        ...{ name: path, isFolder: false, hashName: source.hashName, sibling: () => undefined },
        list: async () => [await found()],
        open: () => source.open(path),
      };
    },
  };
}
