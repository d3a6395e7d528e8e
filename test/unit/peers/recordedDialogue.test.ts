import assert from 'node:assert/strict';
import { comparable, differences } from '../../peers/recordedDialogue';
import type { Exchange, RecordedBody } from '../../peers/recordingProxy';

const body = (content: unknown): RecordedBody => {
  const text = content === '' ? '' : JSON.stringify(content);
  return { size: text.length, digest: text, content: Buffer.from(text) };
};
const exchange = (method: string, path: string, sent: unknown, answer: unknown, status = 200): Exchange => ({
  method,
  path,
  status,
  requestHeaders: { 'content-type': 'application/json' },
  responseHeaders: { 'content-type': 'application/json' },
  request: body(sent),
  response: body(answer),
});
/** A run that is created, told a metric, read, and given a file. */
const dialogue = (id: string, time: number, { loss = 0.5, order = [0, 1, 2] } = {}): Exchange[] => {
  const reads = [
    exchange('GET', `/api/2.0/mlflow/runs/get?run_id=${id}`, '', { run: { info: { run_id: id, end_time: time }, data: { value: loss } } }),
    exchange('GET', `/api/2.0/mlflow/metrics/get-history?run_id=${id}&metric_key=loss`, '', {
      metrics: [{ key: 'loss', timestamp: time }],
    }),
    exchange('GET', `/api/2.0/mlflow-artifacts/artifacts/1/${id}/artifacts/a.txt`, '', 'file'),
  ];
  return [
    exchange('POST', '/api/2.0/mlflow/runs/create', { experiment_id: '1', start_time: time }, { run: { info: { run_id: id } } }),
    exchange('POST', '/api/2.0/mlflow/runs/log-metric', { run_id: id, key: 'loss', value: 0.5, timestamp: time }, {}),
    exchange('PUT', `/api/2.0/mlflow-artifacts/artifacts/1/${id}/artifacts/a.txt`, 'file', {}),
    ...order.map((at) => reads[at]!),
  ];
};
const found = (ours: Exchange[], theirs: Exchange[]): string => differences(comparable(ours), comparable(theirs));
const [mine, yours] = ['0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210'];

describe('The comparison of recorded dialogues', () => {
  it('overlooks ids, times and the order of what is read', () => {
    assert.equal(found(dialogue(mine, 1_790_000_000_000), dialogue(yours, 1_795_000_000_000, { order: [2, 0, 1] })), '');
  });

  it('names the place of another answer, and requests that only one side has seen', () => {
    const other = found(dialogue(mine, 1_790_000_000_000, { loss: 0.25 }), dialogue(yours, 1_795_000_000_000));
    assert.match(other, /^GET \S+runs\/get\?run_id=\{id \w+\} ""\n {2}answer\.run\.data\.value: - 0\.5 \+ 0\.25$/);
    const more = found(dialogue(mine, 1_790_000_000_000), dialogue(yours, 1_795_000_000_000, { order: [0, 1] }));
    assert.match(more, /^\+ GET .+\/a\.txt "" → 200, after PUT .+\/a\.txt /);
  });

  it('sees a file that comes back changed, and the answer about another run', () => {
    const broken = dialogue(mine, 1_790_000_000_000);
    broken[5] = exchange('GET', broken[5]!.path, '', 'fil');
    assert.match(found(broken, dialogue(yours, 1_795_000_000_000)), /answer: - "what was uploaded" \+ "something else"/);
    const confused = dialogue(mine, 1_790_000_000_000);
    confused[3] = exchange('GET', confused[3]!.path, '', {
      run: { info: { run_id: yours, end_time: 1_790_000_000_000 }, data: { value: 0.5 } },
    });
    assert.match(found(confused, dialogue(yours, 1_795_000_000_000)), /answer\.run\.info\.run_id/);
  });
});
