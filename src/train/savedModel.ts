import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { io } from '@tensorflow/tfjs-core';
import { invalid, messageOf } from '../core/errors';
import { findTrainerFiles } from './backend/trainerFiles';
import { useWasmBackend } from './backend/wasmBackend';
import type { TensorLibrary } from './backend/library';
import { IMAGE_PIXELS, IMAGE_SIDE } from './network';

/** Images that are predicted in one go. */
const BATCH = 256;

/**
 * Loads a model that was saved in tfjs's layers format: `model.json` and its one `weights.bin`. On this thread's wasm
 * backend, whose binaries are in `wasmFolder`.
 */
export async function loadModel(
  json: Uint8Array,
  weights: Uint8Array,
  wasmFolder: string = findTrainerFiles().wasmFolder,
): Promise<SavedModel> {
  const artifacts = readArtifacts(json, weights);
  const library = await useWasmBackend(wasmFolder);
  try {
    return new SavedModel(library, await library.layers.loadLayersModel({ load: () => Promise.resolve(artifacts) }));
  } catch (error) {
    throw invalid(`The saved model cannot be read: ${messageOf(error).split('\n')[0]}`);
  }
}

/** A model that predicts 28×28 images. */
export class SavedModel {
  constructor(
    private readonly library: TensorLibrary,
    readonly model: LayersModel,
  ) {}

  /** Of n × 784 pixels from 0 to 1, light on dark: n × classes probabilities, row by row. */
  async predict(pixels: Float32Array): Promise<Float32Array> {
    const count = pixels.length / IMAGE_PIXELS;
    if (!Number.isInteger(count)) throw invalid(`${pixels.length} values are no whole number of 28×28 images.`);
    const parts: Float32Array[] = [];
    for (let first = 0; first < count; first += BATCH) {
      const rows = pixels.subarray(first * IMAGE_PIXELS, Math.min(first + BATCH, count) * IMAGE_PIXELS);
      const output = this.library.core.tidy(() => {
        const images = this.library.core.tensor4d(rows, [rows.length / IMAGE_PIXELS, IMAGE_SIDE, IMAGE_SIDE, 1]);
        const result = this.model.predictOnBatch(images);
        if (Array.isArray(result)) throw invalid('A digit model has one output; this one has more.');
        return result;
      });
      parts.push((await output.data<'float32'>()).slice());
      output.dispose();
    }
    return joined(parts);
  }

  dispose(): void {
    this.model.dispose();
  }
}

function readArtifacts(json: Uint8Array, weights: Uint8Array): io.ModelArtifacts {
  let model: io.ModelJSON;
  try {
    model = JSON.parse(new TextDecoder().decode(json)) as io.ModelJSON;
  } catch (error) {
    throw invalid(`The saved model's model.json is not JSON: ${messageOf(error)}`);
  }
  if (model.modelTopology === undefined || !Array.isArray(model.weightsManifest))
    throw invalid("The saved model's model.json is not in tfjs's layers format.");
  return {
    modelTopology: model.modelTopology,
    weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
    weightData: weights.slice().buffer,
    ...(model.format === undefined ? {} : { format: model.format }),
  };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    all.set(part, place);
    place += part.length;
  }
  return all;
}
