import { relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ParamsFiles } from '../../../src/data/records/paramsFiles';
import { OtherValue } from '../../../src/data/records/plainValue';
import { floatText } from '../../../src/data/records/pythonValue';
import { diskSource } from '../../../src/data/records/recordSource';
import type { Scan } from '../../../src/data/records/scan';
import type { PlainValue } from '../../../src/data/records/plainValue';
import type { Recorded, Stage, StageDep, StageOut } from '../../../src/data/records/stage';

/** What has been read, in the words of stages.py. */
export async function plainScan(root: string, scan: Scan): Promise<{ stages: Record<string, unknown>; tops: Record<string, unknown> }> {
  const files = new ParamsFiles(diskSource);
  const stages = scan.stages.map(async (stage) => [stage.address, { ...stageOf(stage), params: await paramsOf(stage, files) }] as const);
  return {
    stages: Object.fromEntries(await Promise.all(stages)),
    tops: Object.fromEntries(
      scan.tops.map(({ file, params, metrics, plots, artifacts }) => [
        relative(root, file),
        {
          params,
          metrics,
          plots: plots.map(valueText),
          artifacts: Object.fromEntries(Object.entries(artifacts).map(([name, item]) => [name, valueText(item)])),
        },
      ]),
    ),
  };
}

/** A value so that equal ones have equal texts, whatever type of number they are. */
export function valueText(value: PlainValue | undefined): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return floatText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return `s:${value}`;
  if (value instanceof OtherValue && (value.kind === 'tuple' || value.kind === 'set')) {
    const items = value.items.map(valueText);
    return `${value.kind}[${(value.kind === 'tuple' ? items : items.sort()).join(',')}]`;
  }
  if (value instanceof OtherValue) return value.kind;
  if (Array.isArray(value)) return `[${(value as readonly PlainValue[]).map(valueText).join(',')}]`;
  // As Python sorts: by code points.
  const entries = Object.entries(value as Readonly<Record<string, PlainValue>>).map(([key, item]) => `${key}=${valueText(item)}`);
  return `{${entries.sort().join(',')}}`;
}

function stageOf(stage: Stage): object {
  const { checksum } = stage;
  const isPipeline = checksum === undefined;
  return {
    name: stage.name ?? null,
    wdir: stage.workingFolder,
    command: stage.command ?? null,
    changed: isPipeline
      ? stage.isLocked && !isDeepStrictEqual(stage.command, stage.recordedCommand)
      : checksum.recorded !== checksum.actual,
    frozen: stage.frozen,
    always: stage.alwaysChanged,
    description: stage.description ?? null,
    meta: valueText(stage.meta),
    md5: isPipeline ? null : [checksum.recorded ?? null, checksum.actual ?? null],
    deps: stage.deps.map(depOf),
    outs: stage.outs.map(outOf),
  };
}

function depOf({ path, target, recorded, source }: StageDep): unknown {
  if (source?.kind === 'repository') return { path, repo: [source.url, source.revision ?? null, source.locked ?? null] };
  if (source?.kind === 'database') return { db: source.url };
  if (path.startsWith('ds://')) return { path };
  return { path, target: target ?? null, hash: hashOf(recorded) };
}

function paramsOf(stage: Stage, files: ParamsFiles): Promise<unknown[]> {
  return Promise.all(
    stage.params.map(async (params) => {
      const { path, target, keys, recorded } = params;
      const actual = await files.values(params).then(
        (values) => textsOf(values ?? new Map()),
        () => 'error',
      );
      return { path, target, keys, recorded: recorded ? textsOf(recorded) : null, actual };
    }),
  );
}

function textsOf(values: ReadonlyMap<string, PlainValue>): Record<string, string> {
  return Object.fromEntries([...values].map(([name, value]) => [name, valueText(value)]));
}

function outOf(out: StageOut): unknown {
  return {
    path: out.path,
    target: out.target ?? null,
    hash: hashOf(out.recorded),
    kind: out.kind,
    cached: out.cached,
    persistent: out.persistent,
    pushed: out.pushed,
    remote: out.remote ?? null,
    description: out.description ?? null,
    type: out.type ?? null,
    labels: out.labels,
    meta: valueText(out.meta),
  };
}

function hashOf(recorded: Recorded | undefined): unknown {
  return recorded ? [recorded.hashName, recorded.digest, recorded.size ?? null, recorded.files ?? null, recorded.executable] : null;
}
