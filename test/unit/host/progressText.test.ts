import assert from 'node:assert/strict';
import type { RunProgress } from '../../../src/core/progress';
import { progressText, qualityText, shareDone } from '../../../src/host/training/progressText';

const progress: RunProgress = {
  epoch: 2,
  epochs: 3,
  batch: 300,
  batches: 328,
  loss: 0.07123,
  accuracy: 0.97841,
  imagesPerSecond: 3120.4,
  secondsLeft: 12.3,
};

describe('the text of a training that lasts', () => {
  it('says where it stands, how fast it goes and how long it takes', () => {
    assert.equal(progressText(progress), '2/3 · 63 % · 3,120 img/s · 12 s left');
  });

  it('leaves out what is not known yet', () => {
    assert.equal(progressText({ ...progress, epoch: 1, batch: 0, imagesPerSecond: 0, secondsLeft: Number.NaN }), '1/3 · 0 %');
  });

  it('never says that all is done before it is', () => {
    assert.equal(shareDone({ ...progress, epoch: 3, batch: 328 }), 1);
    assert.equal(progressText({ ...progress, epoch: 3, batch: 327, imagesPerSecond: 0, secondsLeft: 0 }), '3/3 · 99 %');
  });

  it('survives numbers that make no sense', () => {
    assert.equal(shareDone({ ...progress, batches: 0 }), 0);
    assert.equal(shareDone({ ...progress, epoch: 9 }), 1);
  });

  it('tells loss and accuracy, or the loss alone', () => {
    assert.equal(qualityText(progress), 'loss 0.07123 · accuracy 0.97841');
    assert.equal(qualityText({ ...progress, accuracy: undefined }), 'loss 0.07123');
  });
});
