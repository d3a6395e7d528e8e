import type { Disposable } from '../../core/disposable';
import type { MetricPoint } from '../../core/metric';
import type { Change } from '../change';
import type { Feed } from '../engine';
import type { Histories } from './histories';
import type { Journal } from './journal';
import type { Poll } from './poll';

/** MLflow's servers tell nobody of changes: they are asked while somebody watches, and when somebody asks. */
export class RestFeed implements Feed {
  constructor(
    private readonly journal: Journal,
    private readonly poll: Poll,
    private readonly histories: Histories,
  ) {}

  async head(): Promise<number> {
    await this.poll.begin();
    return this.journal.head;
  }

  async since(sequence: number): Promise<{ readonly head: number; readonly changes: readonly Change[] }> {
    await this.poll.whenDue();
    return { head: this.journal.head, changes: this.journal.since(sequence) };
  }

  async points(runId: string, key: string, sequence: number): Promise<{ readonly head: number; readonly points: readonly MetricPoint[] }> {
    const { points, floor } = await this.histories.read(runId, key);
    const { head } = this.journal;
    const found: MetricPoint[] = [];
    // What was there when the history was first read can't be told apart: rather twice than left out.
    const everything = sequence === 0 || sequence < floor;
    for (let index = 0; index < points.length; index++) if (everything || points.sequences[index]! > sequence) found.push(points.at(index));
    return { head, points: found };
  }

  watch(listener: () => void): Disposable {
    const watching = this.journal.watch(listener);
    this.poll.start();
    return {
      dispose: () => {
        watching.dispose();
        if (!this.journal.isWatched) this.poll.pause();
      },
    };
  }
}
