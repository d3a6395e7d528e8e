/** A tensor as a signature names it; `null` stands for a size that varies, such as the batch. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: readonly (number | null)[];
  readonly dtype: string;
}

export interface ModelSignature {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** tfjs's types under NumPy's names, as MLflow's tensor specs want them. */
function numpyType(dtype: string): string {
  return dtype === 'string' ? 'str' : dtype;
}

/** The JSON of MLflow's tensor specs; -1 stands for a size that varies. Names are given where there are several. */
export function tensorSpecJson(specs: readonly TensorSpec[]): string {
  return JSON.stringify(
    specs.map(({ name, shape, dtype }) => ({
      ...(specs.length > 1 ? { name } : {}),
      type: 'tensor',
      'tensor-spec': { dtype: numpyType(dtype), shape: shape.map((size) => size ?? -1) },
    })),
  );
}

/** What a model takes and gives, as the model itself tells. */
export function signatureOf(model: { readonly inputs: readonly TensorSpec[]; readonly outputs: readonly TensorSpec[] }): ModelSignature {
  const plain = ({ name, shape, dtype }: TensorSpec) => ({ name, shape, dtype });
  return { inputs: model.inputs.map(plain), outputs: model.outputs.map(plain) };
}
