import assert from 'node:assert/strict';
import { findReport, lastWord } from '../../../../src/host/server/serverReport';

describe('the report of a server that starts', () => {
  it('is a line of JSON among lines for people', () => {
    const output = 'ml-tracking: a warning\n{"url":"http://127.0.0.1:8080","pid":7,"port":8080,"store":"/s"}\n';
    assert.deepEqual(findReport(output), { kind: 'listening', pid: 7 });
  });

  it('is nothing while it is half written', () => {
    assert.equal(findReport(''), undefined);
    assert.equal(findReport('{"url":"http://127.0.0.1:80'), undefined);
    assert.equal(findReport('{}\n{"url":7,"pid":"8"}\n'), undefined);
  });

  it('names who has the port, as far as that is known', () => {
    const taken = (owner: unknown): string =>
      `${JSON.stringify({ error: 'port-taken', host: '127.0.0.1', port: 8080, owner, suggestion: 8081 })}\n`;
    const owners = [{ pid: 9, name: 'python mlflow' }, { pid: 9, name: '' }, null, 'x'].map((owner) => {
      const report = findReport(taken(owner));
      assert.equal(report?.kind, 'port-taken');
      assert.deepEqual([report.port, report.suggestion], [8080, 8081]);
      return report.owner;
    });
    assert.deepEqual(owners, ['python mlflow (process 9)', 'process 9', undefined, undefined]);
  });

  it('tells of another server of the same store', () => {
    assert.deepEqual(findReport('{"error":"already-served","url":"http://127.0.0.1:1","pid":3}\nml-tracking: it is served\n'), {
      kind: 'already-served',
    });
  });

  it('has the reason of an end in its last line for people', () => {
    assert.equal(lastWord('ml-tracking: one\nml-tracking: the store is broken\n{"error":"other"}\n\n'), 'the store is broken');
    assert.equal(lastWord('{"error":"other"}\n'), undefined);
  });
});
