import { basename, join } from 'node:path';
import { messageOf } from '../../core/errors';
import type { DatasetInput } from '../../core/dataset';
import type { ModelOutput } from '../../core/run';
import { TagName } from '../../core/tagNames';
import type { LocalFiles } from '../localFiles';
import { runStatus, withOldFields } from '../mlflowTerms';
import type { Problems } from '../problems';
import type { SourceRun } from '../source';
import { type Meta, metaMap, metaNumber, metaText, parseMeta } from './metaFile';
import { LONGEST_LINE, linesOf } from './fileLines';
import { type LinePoint, parseMetricLine } from './metricLines';

const PAGE = 1_000;
/** Lines of one file that are told as malformed, before the rest is only counted. */
const MOST_TOLD = 20;

/** Reads the folder of one run, or of one logged model, whose params, tags and metrics lie the same way. */
export class RunFolders {
  constructor(
    private readonly files: LocalFiles,
    private readonly problems: Problems,
  ) {}

  /** A meta file; undefined where there is none, or none that can be read, which is noted. */
  async meta(folder: string): Promise<Meta | undefined> {
    const path = join(folder, 'meta.yaml');
    const text = await this.files.text(path);
    if (text === undefined) return undefined;
    try {
      return parseMeta(text);
    } catch (error) {
      this.problems.add(this.files.name(path), messageOf(error));
      return undefined;
    }
  }

  async run(
    folder: string,
    experimentId: string,
    experimentFolder: string,
  ): Promise<{ readonly run: SourceRun; readonly artifactUri: string | undefined } | undefined> {
    const meta = await this.meta(folder);
    if (!meta) return undefined;
    const item = this.files.name(join(folder, 'meta.yaml'));
    const runId = basename(folder);
    const named = metaText(meta, 'run_id', 'run_uuid');
    if (named !== undefined && named !== runId) {
      this.problems.add(item, `It is of the run ${named}, but lies in the folder ${runId}.`);
      return undefined;
    }
    const word = metaText(meta, 'status');
    const status = runStatus(word);
    if (status === undefined) this.problems.add(item, `Its status ${word} is none: the run is taken as FAILED.`);
    const tags = await this.files.texts(join(folder, 'tags'));
    const user = metaText(meta, 'user_id') ?? tags[TagName.user] ?? '';
    const endTime = metaNumber(meta, 'end_time');
    const { inputs, modelInputs } = await this.inputs(folder, experimentFolder);
    const run: SourceRun = {
      runId,
      runName: metaText(meta, 'run_name', 'name') ?? tags[TagName.runName] ?? '',
      experimentId,
      userId: user,
      status: status ?? 'FAILED',
      startTime: metaNumber(meta, 'start_time') ?? endTime ?? 0,
      endTime,
      lifecycleStage: metaText(meta, 'lifecycle_stage') === 'deleted' ? 'deleted' : 'active',
      params: Object.entries(await this.files.texts(join(folder, 'params'))).map(([key, value]) => ({ key, value })),
      tags: withOldFields(tags, {
        sourceName: metaText(meta, 'source_name'),
        sourceType: metaText(meta, 'source_type'),
        sourceVersion: metaText(meta, 'source_version'),
        entryPoint: metaText(meta, 'entry_point_name'),
        user,
      }),
      inputs,
      modelInputs,
      modelOutputs: await this.outputs(folder),
      summaries: undefined,
    };
    return { run, artifactUri: metaText(meta, 'artifact_uri') };
  }

  /** All points of the metrics in a folder, in pages; lines that can't be read are noted with their numbers. */
  async *points(metrics: string, of: 'run' | 'model'): AsyncIterable<readonly LinePoint[]> {
    let page: LinePoint[] = [];
    for await (const { key, path } of this.files.keys(metrics)) {
      for await (const point of this.pointsOf(path, key, of)) {
        page.push(point);
        if (page.length < PAGE) continue;
        yield page;
        page = [];
      }
    }
    if (page.length > 0) yield page;
  }

  private async *pointsOf(path: string, key: string, of: 'run' | 'model'): AsyncIterable<LinePoint> {
    const item = this.files.name(path);
    let number = 0;
    let bad = 0;
    let good = 0;
    try {
      for await (const line of linesOf(path)) {
        number++;
        if (line.trim() === '') continue;
        const point = line.length > LONGEST_LINE ? 'It is too long for a point.' : parseMetricLine(line, key, of);
        if (typeof point !== 'string') {
          good++;
          yield point;
        } else if (++bad <= MOST_TOLD) this.problems.add(`${item}, line ${number}`, point);
      }
    } catch (error) {
      this.problems.add(item, messageOf(error));
      return;
    }
    if (bad > MOST_TOLD) this.problems.add(item, `${bad - MOST_TOLD} more lines can't be read.`);
    if (good + bad === 0) this.problems.add(item, 'It holds no points.');
  }

  private async inputs(folder: string, experimentFolder: string): Promise<{ inputs: DatasetInput[]; modelInputs: string[] }> {
    const inputs: DatasetInput[] = [];
    const modelInputs: string[] = [];
    for (const name of await this.files.folders(join(folder, 'inputs'))) {
      const place = join(folder, 'inputs', name);
      const meta = await this.meta(place);
      const id = meta && metaText(meta, 'source_id');
      if (!meta || id === undefined || !/^[\w-]+$/.test(id)) continue;
      if (/MODEL/.test(metaText(meta, 'source_type') ?? '')) {
        modelInputs.push(id);
        continue;
      }
      const dataset = await this.meta(join(experimentFolder, 'datasets', id));
      if (!dataset) {
        this.problems.add(this.files.name(place), `The data set ${id} that it names can't be read.`);
        continue;
      }
      inputs.push({
        dataset: {
          name: metaText(dataset, 'name') ?? '',
          digest: metaText(dataset, 'digest') ?? '',
          sourceType: metaText(dataset, 'source_type') ?? '',
          source: metaText(dataset, 'source') ?? '',
          schema: metaText(dataset, 'schema'),
          profile: metaText(dataset, 'profile'),
        },
        tags: metaMap(meta, 'tags'),
      });
    }
    return { inputs, modelInputs };
  }

  private async outputs(folder: string): Promise<ModelOutput[]> {
    const outputs: ModelOutput[] = [];
    for (const modelId of await this.files.folders(join(folder, 'outputs'))) {
      const meta = await this.meta(join(folder, 'outputs', modelId));
      outputs.push({ modelId, step: (meta && metaNumber(meta, 'step')) ?? 0 });
    }
    return outputs;
  }
}
