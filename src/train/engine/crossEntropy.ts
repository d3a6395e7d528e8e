/** Of some images: the sum of their losses, and how many were told right. */
export type Score = { readonly loss: number; readonly correct: number };

// Keras's and tfjs's bound, so that no logarithm is infinite.
const EPSILON = 1e-7;

/** Categorical cross-entropy and right answers of `probabilities`, n × classes, against n labels. */
export function score(probabilities: Float32Array, labels: Uint8Array): Score {
  const classes = probabilities.length / labels.length;
  let loss = 0;
  let correct = 0;
  labels.forEach((label, row) => {
    let best = 0;
    for (let place = 1; place < classes; place++)
      if ((probabilities[row * classes + place] as number) > (probabilities[row * classes + best] as number)) best = place;
    if (best === label) correct++;
    loss -= Math.log(Math.min(Math.max(probabilities[row * classes + label] as number, EPSILON), 1 - EPSILON));
  });
  return { loss, correct };
}

/** The gradient of (sum of losses / `batchSize`) by the probabilities; nought where the bound holds them. */
export function scoreGradient(probabilities: Float32Array, labels: Uint8Array, batchSize: number): Float32Array {
  const classes = probabilities.length / labels.length;
  const gradient = new Float32Array(probabilities.length);
  labels.forEach((label, row) => {
    const place = row * classes + label;
    const probability = probabilities[place] as number;
    if (probability >= EPSILON && probability <= 1 - EPSILON) gradient[place] = -1 / (probability * batchSize);
  });
  return gradient;
}
