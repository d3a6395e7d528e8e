import { invalid, TrackingError } from '../core/errors';
import { modelOfRun, resolveModel, type ModelPlace } from '../models/modelReference';
import type { Engine } from '../store/engine';
import { argMaxRows } from '../train/evaluation';
import { CLASSES, PIXELS } from '../train/data/mnist';
import { digitImage } from '../train/image/digitImage';
import { readPicture } from '../train/image/picture';
import { loadModel } from '../train/savedModel';
import { jsonText, table, type Output } from './output';
import { findRun } from './runReference';

interface Prediction {
  readonly image: string;
  readonly digit: number;
  readonly probabilities: readonly number[];
}

/** Reads a digit from each image file with a run's or a registered model. */
export async function predictImages(engine: Engine, reference: string, images: readonly string[], output: Output): Promise<void> {
  const isUri = /^(models|runs):\//.test(reference);
  const place = isUri ? await resolveModel(engine, reference) : await modelOfRun(engine, (await findRun(engine, reference)).runId);
  const pixels = new Float32Array(images.length * PIXELS);
  for (const [index, image] of images.entries()) pixels.set(digitImage(await readPicture(image), image), index * PIXELS);
  const model = await load(engine, place);
  try {
    const probabilities = await model.predict(pixels);
    if (probabilities.length !== images.length * CLASSES) throw invalid(`the model of ${reference} does not tell ten digits apart`);
    const digits = argMaxRows(probabilities, CLASSES);
    const row = (index: number): number[] => Array.from(probabilities.subarray(index * CLASSES, (index + 1) * CLASSES));
    print(
      images.map((image, index) => ({ image, digit: digits[index] ?? 0, probabilities: row(index) })),
      output,
    );
  } finally {
    model.dispose();
  }
}

async function load(engine: Engine, place: ModelPlace) {
  try {
    const [json, weights] = await Promise.all([
      engine.artifacts.read(place.runId, `${place.path}/model.json`),
      engine.artifacts.read(place.runId, `${place.path}/weights.bin`),
    ]);
    return await loadModel(json, weights);
  } catch (error) {
    if (error instanceof TrackingError && error.code === 'RESOURCE_DOES_NOT_EXIST')
      throw new TrackingError(error.code, `run ${place.runId.slice(0, 8)} has no tfjs layers model at ${place.path}`, { cause: error });
    throw error;
  }
}

function print(predictions: readonly Prediction[], output: Output): void {
  if (output.json) {
    output.out(jsonText(predictions));
    return;
  }
  const rows = predictions.map(({ image, digit, probabilities }) => [
    image,
    String(digit),
    ...probabilities.map((probability) => `${(100 * probability).toFixed(1)} %`),
  ]);
  const digits = Array.from({ length: CLASSES }, (_, digit) => String(digit));
  output.out(table(['IMAGE', 'DIGIT', ...digits], rows, ['left', 'right', ...digits.map(() => 'right' as const)]));
}
