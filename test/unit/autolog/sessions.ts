import { RunSession, type RunSessionOptions } from '../../../src/autolog/runSession';
import type { Engine } from '../../../src/store/engine';
import { readCodeState } from '../../../src/code/codeState';
import { readDataVersion } from '../../../src/data/used/dataVersion';
import { RecordingLog } from './recordingLog';

/** A session as the roots make it, with the real readers. */
export function startSession(engine: Engine, folder: string, options: Partial<RunSessionOptions> = {}): Promise<RunSession> {
  return RunSession.start(engine, {
    experiment: 'test',
    folder,
    commandLine: ['node', 'train.js'],
    source: undefined,
    readCodeState,
    readDataVersion,
    systemMetrics: false,
    log: new RecordingLog(),
    ...options,
  });
}
