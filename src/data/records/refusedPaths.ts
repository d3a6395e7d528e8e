import { basename, dirname, relative, sep } from 'node:path';
import { dvcIgnoreRules } from './folderRules';
import type { IgnoreRules } from './ignore';
import { isRecordName } from './record';
import { isWithin, toPosix } from './recordPath';
import type { BrokenRecord } from './recordReading';
import type { RecordSource } from './recordSource';
import type { Stage } from './stage';

/** Finds the stages that DVC refuses for what they name: outs that `.dvcignore` ignores, files of its own, nothing at all. */
export class RefusedPaths {
  private readonly rules = new Map<string, Promise<IgnoreRules>>();

  /** Without any `.dvcignore` only DVC's own rules count, which are faster to tell. */
  constructor(
    private readonly root: string,
    private readonly source: RecordSource,
    private readonly hasRules: boolean,
  ) {}

  /** Why DVC refuses a stage; undefined where it takes it. */
  async refusal(stage: Stage): Promise<BrokenRecord | undefined> {
    const nameless = stage.deps.find(({ path, source }) => path === '' && source?.kind !== 'database');
    if (nameless) return { file: stage.file, message: 'a dep has an empty path', line: nameless.line };
    const paths = [...stage.deps.filter(({ source }) => source?.kind !== 'database'), ...stage.outs];
    const record = paths.find(({ path }) => path.endsWith('.dvc') || isRecordName(path.slice(path.lastIndexOf('/') + 1)));
    if (record)
      return { file: stage.file, message: `“${record.path}” is a file of DVC's own, which can be no dep or out`, line: record.line };
    for (const { path, target, line } of stage.outs) {
      if (target === undefined || !isWithin(this.root, target) || !(await this.isIgnored(target))) continue;
      return { file: stage.file, message: `.dvcignore ignores the out “${path}”`, line };
    }
    return undefined;
  }

  private async isFolder(target: string): Promise<boolean> {
    const entries = await this.source.list(dirname(target));
    return entries.some(({ name, isFolder }) => isFolder && name === basename(target));
  }

  private async isIgnored(target: string): Promise<boolean> {
    const parts = relative(this.root, target).split(sep);
    if (!this.hasRules) return parts.some((part) => part === '.git' || part === '.hg' || part === '.dvc');
    const folder = dirname(target);
    const rules = this.rules.get(folder) ?? dvcIgnoreRules(this.root, folder, this.source);
    this.rules.set(folder, rules);
    const known = await rules;
    const places = parts.map((_, i) => toPosix([this.root, ...parts.slice(0, i + 1)].join(sep)));
    const isInside = places.slice(0, -1).some((place) => known.ignores(place, true));
    return isInside || known.ignores(places.at(-1) ?? '', await this.isFolder(target));
  }
}
