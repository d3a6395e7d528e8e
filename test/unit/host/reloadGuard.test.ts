import assert from 'node:assert/strict';
import { ReloadGuard } from '../../../src/host/training/reloadGuard';

/** What VS Code keeps of a workspace from one window to the next. */
class Kept {
  private readonly values = new Map<string, unknown>();
  keys(): readonly string[] {
    return [...this.values.keys()];
  }
  get<T>(key: string, otherwise?: T): T {
    return (this.values.has(key) ? this.values.get(key) : otherwise) as T;
  }
  update(key: string, value: unknown): Promise<void> {
    this.values.set(key, JSON.parse(JSON.stringify(value)));
    return Promise.resolve();
  }
}

const training = { type: 'mlTracking', task: 'train', epochs: 3 };

describe('the guard of trainings across a reload', () => {
  it('knows a training that ran before, once, whatever order its definition has', async () => {
    const kept = new Kept();
    await new ReloadGuard(kept).started(training);
    const after = new ReloadGuard(kept);
    assert.equal(after.isReattachment({ epochs: 3, task: 'train', type: 'mlTracking', seed: undefined }), true);
    assert.equal(after.isReattachment(training), false);
  });

  it('lets others run', async () => {
    const kept = new Kept();
    const before = new ReloadGuard(kept);
    await before.started(training);
    await before.started({ ...training, epochs: 9 });
    await before.ended(training);
    const after = new ReloadGuard(kept);
    assert.equal(after.isReattachment(training), false);
    assert.equal(after.isReattachment({ ...training, epochs: 9 }), true);
  });

  it('does not stand in the way of a person later on', async () => {
    const kept = new Kept();
    await new ReloadGuard(kept).started(training);
    let now = 1000;
    const after = new ReloadGuard(kept, () => now);
    now += 21_000;
    assert.equal(after.isReattachment(training), false);
  });
});
