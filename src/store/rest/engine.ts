import { TrackingError } from '../../core/errors';
import type { Engine } from '../engine';
import type { RemoteOptions } from './options';

export type { RemoteOptions };

/** Opens a remote MLflow server; rejects with one line that says why it can't be used and what to do. */
export async function openRemote(options: RemoteOptions): Promise<Engine> {
  throw new TrackingError('INTERNAL_ERROR', `Remote servers can't be opened yet: ${new URL(options.uri).host}`);
}
