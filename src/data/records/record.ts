import { basename } from 'node:path';
import { readDvcFile } from './dvcFile';
import { readPipeline } from './pipelineFile';
import { readPlainRecord } from './plainRecord';
import { brokenBy } from './recordError';
import type { RecordOptions, RecordReading } from './recordReading';
import type { RecordSource } from './recordSource';
import { textOf } from './textFile';

/** Whether DVC takes a file of this name for one of its own: a `.dvc` file, or a pipeline. */
export function isRecordName(name: string): boolean {
  return name === 'dvc.yaml' || (name.endsWith('.dvc') && name !== '.dvc');
}

/**
 * Reads a `.dvc` file, or a `dvc.yaml` with its lock and the params files that it uses. What can't be read is told in the answer; an
 * absent file gives nothing.
 */
export async function readRecord(root: string, file: string, source: RecordSource, options: RecordOptions = {}): Promise<RecordReading> {
  if (basename(file) === 'dvc.yaml') return readPipeline(root, file, source, options);
  const nothing = { stages: [], broken: [], top: undefined, madeOf: [file] };
  try {
    const bytes = await source.read(file);
    if (bytes === undefined) return nothing;
    const text = textOf(bytes);
    return { ...nothing, stages: [readPlainRecord(root, file, text) ?? readDvcFile(root, file, text)] };
  } catch (error) {
    return { ...nothing, broken: [brokenBy(error, file)] };
  }
}
