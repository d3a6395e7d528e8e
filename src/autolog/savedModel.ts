import { invalid } from '../core/errors';
import type { TrackedModel } from './model';

/** A model in tfjs's layers format: the two files that `tf.loadLayersModel` takes. */
export interface SavedModel {
  readonly json: string;
  readonly weights: Uint8Array;
  /** Of `@tensorflow/tfjs-layers`, as the model says. */
  readonly tfjsVersion: string | undefined;
}

/** The part of tfjs's ModelArtifacts that is written. */
interface ModelArtifacts {
  readonly modelTopology?: unknown;
  readonly weightSpecs?: unknown;
  readonly weightData?: ArrayBuffer | readonly ArrayBuffer[];
  readonly format?: string;
  readonly generatedBy?: string;
  readonly convertedBy?: string | null;
  readonly trainingConfig?: unknown;
  readonly userDefinedMetadata?: unknown;
}

export const WEIGHTS_FILE = 'weights.bin';

/** Takes a model's topology and weights through its own `save`, so that any copy of tfjs serves. */
export async function takeModel(model: Pick<TrackedModel, 'save'>): Promise<SavedModel> {
  let taken: ModelArtifacts | undefined;
  await model.save({
    save: (artifacts: ModelArtifacts) => {
      taken = artifacts;
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } });
    },
  });
  if (!taken?.modelTopology || !taken.weightSpecs || !taken.weightData) throw invalid('The model gave no topology or no weights to save.');
  const { weightData, weightSpecs, ...topology } = taken;
  const json = JSON.stringify({ ...topology, weightsManifest: [{ paths: [WEIGHTS_FILE], weights: weightSpecs }] });
  const parts: readonly ArrayBuffer[] = weightData instanceof ArrayBuffer ? [weightData] : weightData;
  const version = /tfjs-layers v(\S+)/.exec(taken.generatedBy ?? '')?.[1];
  return { json, weights: Buffer.concat(parts.map((part) => new Uint8Array(part))), tfjsVersion: version };
}
