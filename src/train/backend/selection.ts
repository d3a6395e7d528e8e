import type { BackendPlace } from './place';

export type WantedBackend = 'auto' | 'tfjs-node' | 'wasm';

/** The backend that a training will use. */
export interface SelectedBackend {
  readonly name: 'wasm' | 'tfjs-node';
  /** Of the package that computes. */
  readonly version: string;
  readonly place: BackendPlace;
  /** Why it is not the one that was asked for, in one line. */
  readonly message: string | undefined;
}
