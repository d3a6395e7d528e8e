import type { SavedModel } from './savedModel';
import { WEIGHTS_FILE } from './savedModel';
import type { ModelSignature } from './tensorSignature';
import { tensorSpecJson } from './tensorSignature';

export interface ModelDescription {
  readonly runId: string;
  readonly modelId: string;
  /** Under the run's artifacts. */
  readonly path: string;
  readonly createdAt: Date;
  readonly signature: ModelSignature;
}

/** The files of a logged model: its own two, `MLmodel`, and the package that loads it. */
export function modelFiles(saved: SavedModel, description: ModelDescription): ReadonlyMap<string, Uint8Array | string> {
  const files = new Map<string, Uint8Array | string>([
    [WEIGHTS_FILE, saved.weights],
    ['model.json', saved.json],
  ]);
  if (saved.tfjsVersion !== undefined)
    files.set(
      'package.json',
      `${JSON.stringify({ private: true, dependencies: { '@tensorflow/tfjs-layers': saved.tfjsVersion } }, undefined, 2)}\n`,
    );
  files.set('MLmodel', mlmodelText(saved, description));
  return files;
}

/** What MLflow's tag `mlflow.log-model.history` holds for one model. */
export interface ModelHistoryEntry {
  readonly run_id: string;
  readonly artifact_path: string;
  readonly utc_time_created: string;
  readonly model_uuid: string;
  readonly flavors: Readonly<Record<string, object>>;
}

export function modelHistoryEntry(saved: SavedModel, description: ModelDescription): ModelHistoryEntry {
  return {
    run_id: description.runId,
    artifact_path: description.path,
    utc_time_created: utcTime(description.createdAt),
    model_uuid: description.modelId,
    flavors: { tfjs_layers: { data: 'model.json', ...(saved.tfjsVersion === undefined ? {} : { tfjs_version: saved.tfjsVersion }) } },
  };
}

function mlmodelText(saved: SavedModel, { runId, modelId, path, createdAt, signature }: ModelDescription): string {
  const lines = [
    `artifact_path: ${yamlText(path)}`,
    'flavors:',
    '  tfjs_layers:',
    '    data: model.json',
    ...(saved.tfjsVersion === undefined ? [] : [`    tfjs_version: ${yamlText(saved.tfjsVersion)}`]),
    `    node_version: ${yamlText(process.versions.node)}`,
    `model_id: ${yamlText(modelId)}`,
    `model_size_bytes: ${Buffer.byteLength(saved.json) + saved.weights.byteLength}`,
    `model_uuid: ${yamlText(modelId)}`,
    `run_id: ${yamlText(runId)}`,
    'signature:',
    `  inputs: ${yamlText(tensorSpecJson(signature.inputs))}`,
    `  outputs: ${yamlText(tensorSpecJson(signature.outputs))}`,
    '  params: null',
    `utc_time_created: ${yamlText(utcTime(createdAt))}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** As MLflow writes it: `2026-01-31 12:34:56.789000`. */
function utcTime(date: Date): string {
  return date.toISOString().replace('T', ' ').replace('Z', '000');
}

/** A YAML string in single quotes, where only the quote itself is special. */
function yamlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
