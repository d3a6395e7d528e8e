import assert from 'node:assert/strict';
import { parseRunProcess, parseRunProgress } from '../../../src/core/progress';

describe('what a run says of its process and its progress', () => {
  it('names no process by a number that a signal takes for many', () => {
    for (const pid of [-1, 0, 1.5, '12', null, 2 ** 60])
      assert.equal(parseRunProcess(JSON.stringify({ host: 'here', pid, startedAt: '' })), undefined, String(pid));
    assert.deepEqual(parseRunProcess('{"host":"here","pid":12,"startedAt":"x","more":1}'), { host: 'here', pid: 12, startedAt: 'x' });
  });

  it('takes tags that are not ours for nothing said', () => {
    for (const tag of [undefined, '', '{', 'null', '5', '[]', '{}', '{"epoch":"1"}']) {
      assert.equal(parseRunProcess(tag), undefined);
      assert.equal(parseRunProgress(tag), undefined);
    }
  });

  it('gives the loss of a training gone wrong back as NaN', () => {
    const said = { epoch: 2, epochs: 3, batch: 1, batches: 9, loss: NaN, imagesPerSecond: 10, secondsLeft: Infinity };
    assert.deepEqual(parseRunProgress(JSON.stringify(said)), { ...said, accuracy: undefined, secondsLeft: NaN });
  });
});
