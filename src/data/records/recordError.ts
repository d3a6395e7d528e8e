/** Why a file of DVC's can't be read; `line` counts from 1. */
export class RecordError extends Error {
  override readonly name = 'RecordError';

  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
  }
}
