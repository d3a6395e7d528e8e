import { createHash } from 'node:crypto';
import type { Dataset } from '../core/dataset';

/** The part of a tfjs Tensor that is read. */
export interface TrackedTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  data(): Promise<ArrayLike<number> | readonly string[]>;
}

export function isTensor(value: unknown): value is TrackedTensor {
  return (
    typeof value === 'object' &&
    value !== null &&
    'shape' in value &&
    'dtype' in value &&
    'data' in value &&
    typeof value.data === 'function'
  );
}

/** The tensors in an argument of fit, which takes one, a list, or a record of them. */
export function tensorsIn(value: unknown): TrackedTensor[] {
  if (isTensor(value)) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).filter(isTensor);
}

/** Hashing this much takes a fraction of a second. */
const MAX_HASHED_BYTES = 128_000_000;

/** Describes tensors as a data set: shapes, types, and a digest of their content, which `profile.digest_of` tells the extent of. */
export async function describeTensors(
  name: string,
  features: readonly TrackedTensor[],
  targets: readonly TrackedTensor[],
  source: Readonly<Record<string, string>>,
): Promise<Dataset> {
  const hash = createHash('md5');
  let left = MAX_HASHED_BYTES;
  let whole = true;
  for (const tensor of [...features, ...targets]) {
    hash.update(`${tensor.dtype}[${tensor.shape.join(',')}]`);
    const bytes = bytesOf(await tensor.data());
    hash.update(bytes.subarray(0, left));
    whole &&= bytes.byteLength <= left;
    left = Math.max(0, left - bytes.byteLength);
  }
  const spec = (tensors: readonly TrackedTensor[]) =>
    tensors.map(({ shape, dtype }) => ({ type: 'tensor', 'tensor-spec': { dtype, shape: [-1, ...shape.slice(1)] } }));
  return {
    name,
    digest: hash.digest('hex'),
    sourceType: 'code',
    source: JSON.stringify({ tags: source }),
    schema: JSON.stringify({ mlflow_tensorspec: { features: JSON.stringify(spec(features)), targets: JSON.stringify(spec(targets)) } }),
    profile: JSON.stringify({
      num_rows: features[0]?.shape[0] ?? 0,
      features_shape: features.map(({ shape }) => shape),
      targets_shape: targets.map(({ shape }) => shape),
      digest_of: whole ? 'content' : `the first ${MAX_HASHED_BYTES} bytes`,
    }),
  };
}

function bytesOf(values: ArrayLike<number> | readonly string[]): Uint8Array {
  return ArrayBuffer.isView(values)
    ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    : Buffer.from(JSON.stringify(values));
}
