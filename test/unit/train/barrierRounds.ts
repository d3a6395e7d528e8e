// A worker thread that goes through the barrier with others and fails when it passes too early.
import { workerData } from 'node:worker_threads';
import { Barrier } from '../../../src/train/engine/barrier';

export interface BarrierRounds {
  readonly barrier: SharedArrayBuffer;
  readonly arrivals: SharedArrayBuffer;
  readonly workers: number;
  readonly rounds: number;
}

const { barrier: memory, arrivals: counter, workers, rounds } = workerData as BarrierRounds;
const barrier = new Barrier(memory, workers);
const arrivals = new Int32Array(counter);
for (let round = 1; round <= rounds; round++) {
  Atomics.add(arrivals, 0, 1);
  barrier.wait();
  if (Atomics.load(arrivals, 0) < workers * round) throw new Error(`passed too early in round ${round}`);
  barrier.wait();
}
