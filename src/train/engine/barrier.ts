/** A place where all workers wait for each other. Waiting blocks the thread; a terminated worker leaves the rest waiting. */
export class Barrier {
  private readonly state: Int32Array;

  constructor(
    memory: SharedArrayBuffer,
    private readonly workers: number,
  ) {
    this.state = new Int32Array(memory);
  }

  wait(): void {
    if (this.workers === 1) return;
    const generation = Atomics.load(this.state, 1);
    if (Atomics.add(this.state, 0, 1) === this.workers - 1) {
      Atomics.store(this.state, 0, 0);
      Atomics.add(this.state, 1, 1);
      Atomics.notify(this.state, 1);
      return;
    }
    while (Atomics.load(this.state, 1) === generation) Atomics.wait(this.state, 1, generation);
  }
}
