import { dirname, join, resolve } from 'node:path';
import { LockFile } from './lockFile';
import { ParamsFiles } from './paramsFiles';
import { checkPipeline, checkStage } from './pipelineSchema';
import { PipelineStageBuilder } from './pipelineStage';
import { isDict, isList, isTruthy, pythonText, toPlain, type PythonDict, type PythonValue } from './pythonValue';
import { brokenBy, RecordError } from './recordError';
import type { BrokenRecord, PipelineTop, RecordOptions, RecordReading } from './recordReading';
import type { RecordSource } from './recordSource';
import type { Stage } from './stage';
import { draftsOf, MOST_STAGES, tooMany, type StageDraft } from './stageGroups';
import { TemplateContext } from './templateContext';
import { TemplateError, checkExpressions, hasExpression, templateText, type ParsingOptions } from './templateExpression';
import { resolveTemplate, resolveText } from './templating';
import { textOf } from './textFile';
import { YamlFile } from './yamlFile';

const DEFAULT_PARAMS = 'params.yaml';

/** Resolves a `dvc.yaml` with its lock. A stage that can't be resolved becomes a row of its own; the others stand. */
export async function readPipeline(root: string, file: string, source: RecordSource, options: RecordOptions): Promise<RecordReading> {
  const lockFile = join(dirname(file), 'dvc.lock');
  const reading = new PipelineReading(root, file, source, options);
  try {
    const bytes = await source.read(file);
    if (bytes === undefined) return { stages: [], broken: [], top: undefined, madeOf: [file, lockFile] };
    const lock = options.withoutLock === true ? LockFile.none : await reading.lockOf(lockFile);
    await reading.read(textOf(bytes), lock);
  } catch (error) {
    reading.addBroken(error, 1);
  }
  return { stages: reading.stages, broken: reading.broken, top: reading.top, madeOf: [file, lockFile, ...reading.params.asked] };
}

class PipelineReading {
  readonly stages: Stage[] = [];
  readonly broken: BrokenRecord[] = [];
  readonly params: ParamsFiles;
  top: PipelineTop | undefined;

  constructor(
    private readonly root: string,
    private readonly file: string,
    private readonly source: RecordSource,
    private readonly parsing: ParsingOptions,
  ) {
    this.params = new ParamsFiles(source);
  }

  /** A lock that can't be read is a row; the stages are then shown as never run. */
  async lockOf(file: string): Promise<LockFile> {
    try {
      const bytes = await this.source.read(file);
      return bytes === undefined ? LockFile.none : LockFile.parse(textOf(bytes));
    } catch (error) {
      this.addBroken(error, 1, file);
      return LockFile.none;
    }
  }

  async read(text: string, lock: LockFile): Promise<void> {
    const yaml = YamlFile.parse(text);
    const isEmpty = !isTruthy(yaml.value);
    if (!isEmpty) checkPipeline(yaml);
    const body: PythonDict = isEmpty ? new Map() : (yaml.value as PythonDict);
    const context = await this.contextOf(yaml, body);
    this.top = this.topOf(yaml, body, context, lock);
    const definitions = (body.get('stages') ?? new Map()) as PythonDict;
    const builder = new PipelineStageBuilder(this.root, this.file, yaml, lock);
    for (const [key, definition] of definitions) {
      const name = pythonText(key);
      await this.guarded(yaml.line('stages', name), `stage “${name}”`, async () => {
        checkStage(yaml, name, definition);
        await this.addStages(builder, yaml, name, definition as PythonDict, context);
      });
    }
  }

  addBroken(error: unknown, line: number, file = this.file, where?: string): void {
    this.broken.push(brokenBy(error, file, line, where));
  }

  private async guarded(line: number, where: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.addBroken(error, line, this.file, where);
    }
  }

  private async contextOf(yaml: YamlFile, body: PythonDict): Promise<TemplateContext> {
    const vars = (body.get('vars') ?? []) as readonly PythonValue[];
    const context = new TemplateContext();
    try {
      if (hasExpression(vars)) throw new TemplateError('“vars” can’t use ${…}');
      await context.loadDefault(DEFAULT_PARAMS, dirname(this.file), this.params);
      await context.load(vars, dirname(this.file), this.params);
    } catch (error) {
      const { message, line, file } = brokenBy(error, this.file, yaml.line('vars'));
      throw new RecordError(message, line, file);
    }
    return context;
  }

  private async addStages(
    builder: PipelineStageBuilder,
    yaml: YamlFile,
    name: string,
    definition: PythonDict,
    context: TemplateContext,
  ): Promise<void> {
    const isGroup = definition.has('foreach') || definition.has('matrix');
    // A key of its own makes DVC look for a group that isn't there.
    if (name.includes('@')) throw new TemplateError('its name has an “@”, by which DVC would look for a group');
    const body = definition.get('do');
    checkExpressions(isDict(body) ? body : definition);
    const drafts = draftsOf(name, definition, context);
    if (this.stages.length + drafts.length > MOST_STAGES) throw tooMany();
    for (const draft of drafts) {
      const item = draft.name.slice(name.length + 1);
      if (isGroup && (item === '' || item.includes('@'))) {
        const error = new TemplateError(
          item === '' ? 'its item is an empty text' : 'its item has an “@”, by which DVC would look for a group',
        );
        this.addBroken(error, yaml.line('stages', name), this.file, `stage “${draft.name}”`);
        continue;
      }
      await this.guarded(yaml.line('stages', name), `stage “${draft.name}”`, async () => {
        const path = definition.has('foreach') ? ['stages', name, 'do'] : ['stages', name];
        this.stages.push(builder.build(draft.name, path, await this.resolve(draft)));
      });
    }
  }

  /** A draft's keys without `${}`. */
  private async resolve({ definition, context }: StageDraft): Promise<PythonDict> {
    const vars = (definition.get('vars') ?? []) as readonly PythonValue[];
    let names = context;
    if (hasExpression(vars)) throw new TemplateError('“vars” can’t use ${…}');
    if (vars.length > 0) {
      const wdir = definition.get('wdir');
      const folder = typeof wdir === 'string' ? templateText(resolveText(wdir, context)) : '.';
      names = context.clone();
      await names.load(vars, resolve(dirname(this.file), folder), this.params);
    }
    const resolved = new Map<PythonValue, PythonValue>();
    for (const [key, value] of definition) {
      if (key !== 'vars') resolved.set(key, resolveTemplate(value, names, { ...this.parsing, key: pythonText(key) }));
    }
    return resolved;
  }

  private topOf(yaml: YamlFile, body: PythonDict, context: TemplateContext, lock: LockFile): PipelineTop {
    const section = (key: string): PythonValue[] => {
      const list = body.get(key);
      return isList(list) ? list.flatMap((item, i) => this.topItem(yaml, [key, i], item, context)) : [];
    };
    const artifacts = body.get('artifacts');
    const named = isDict(artifacts)
      ? [...artifacts].flatMap(([name, item]) => this.topItem(yaml, ['artifacts', pythonText(name)], new Map([[name, item]]), context))
      : [];
    const texts = (key: string): string[] => section(key).filter((item) => typeof item === 'string');
    return {
      file: this.file,
      params: texts('params'),
      metrics: texts('metrics'),
      plots: section('plots').map(toPlain),
      artifacts: Object.assign({}, ...named.map(toPlain)) as PipelineTop['artifacts'],
      datasets: section('datasets').map(toPlain),
      lockedDatasets: lock.datasets(),
    };
  }

  private topItem(yaml: YamlFile, path: [string, string | number], item: PythonValue, context: TemplateContext): PythonValue[] {
    try {
      checkExpressions(item);
      return [resolveTemplate(item, context)];
    } catch (error) {
      this.addBroken(error, yaml.line(...path), this.file, path.join('.'));
      return [];
    }
  }
}
