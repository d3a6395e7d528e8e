import assert from 'node:assert/strict';
import { parseDataRequest, parseDataState } from '../../../src/protocol/dataParser';
import { parseGraphRequest, parseGraphState } from '../../../src/protocol/graphParser';

describe('messages of the data pages', () => {
  const tree = { path: '/w/data/a.csv', revision: undefined, name: 'Working tree' };
  const head = { path: '/w/data/a.csv', revision: 'HEAD', name: 'HEAD' };
  const subject = { root: '/w', label: 'data/a.csv', sides: [head, tree] };

  it('are taken as the protocol has them', () => {
    assert.deepEqual(parseDataRequest({ type: 'ready', more: 1 }), { type: 'ready' });
    assert.deepEqual(parseDataRequest({ type: 'narrow', inside: 'a/b.csv' }), { type: 'narrow', inside: 'a/b.csv' });
    assert.deepEqual(parseDataRequest({ type: 'narrow' }), { type: 'narrow', inside: undefined });
    assert.deepEqual(parseGraphRequest({ type: 'open', id: 'stage:train' }), { type: 'open', id: 'stage:train' });
    assert.deepEqual(parseGraphRequest({ type: 'saveSvg', svg: '<svg ></svg>' }), { type: 'saveSvg', svg: '<svg ></svg>' });
  });

  it('are refused where they are anything else', () => {
    for (const message of [undefined, null, 'ready', [], { type: 'delete' }, { type: 'narrow', inside: 5 }, { type: 'narrow', inside: '' }])
      assert.equal(parseDataRequest(message), undefined, JSON.stringify(message));
    for (const message of [null, { type: 'open' }, { type: 'open', id: '' }, { type: 'saveSvg', svg: '<script>' }, { type: 'run' }])
      assert.equal(parseGraphRequest(message), undefined, JSON.stringify(message));
  });

  it('never lead out of a folder', () => {
    for (const inside of ['../a', 'a/../../b', '/etc/passwd', '\\\\host\\share', 'C:\\x', 'a//b', 'a\0b'])
      assert.equal(parseDataRequest({ type: 'narrow', inside }), undefined, inside);
  });

  it('name content by what is a digest, and nothing else', () => {
    const content = { target: '/w/data/a.csv', hashName: 'md5', digest: 'a'.repeat(32) };
    const stateOf = (side: unknown): unknown => parseDataState({ subject: { ...subject, sides: [side] } });
    const side = { ...tree, content };
    assert.deepEqual(stateOf(side), { version: 1, subject: { ...subject, sides: [side] }, inside: undefined });
    for (const wrong of [{ digest: '../../../etc/passwd' }, { digest: `${'a'.repeat(32)}/x` }, { hashName: 'etag' }, { target: '' }])
      assert.equal(stateOf({ ...tree, content: { ...content, ...wrong } }), undefined, JSON.stringify(wrong));
    assert.equal(stateOf({ ...head, content }), undefined);
    assert.equal(stateOf({ ...tree, content: 'x' }), undefined);
  });

  it('bring back what was shown, also as JSON has kept it', () => {
    const kept = { version: 1, subject, inside: 'x.csv' };
    assert.deepEqual(parseDataState(kept), kept);
    assert.deepEqual(parseDataState(JSON.parse(JSON.stringify(kept))), kept);
    assert.deepEqual(parseDataState({ subject: { ...subject, sides: [tree] }, inside: '../x' }), {
      version: 1,
      subject: { ...subject, sides: [tree] },
      inside: undefined,
    });
    for (const graph of [
      { kind: 'pipeline', root: '/w' },
      { kind: 'data', root: '/w', path: '/w/a' },
      { kind: 'run', location: '/w/.tracking', runId: 'a1' },
      { kind: 'model', location: '/w/.tracking', name: 'digits', version: 3 },
    ])
      assert.deepEqual(parseGraphState({ subject: graph }), { version: 1, subject: graph });
  });

  it('bring nothing back that names no data, or an option of git in place of a revision', () => {
    const broken = [
      undefined,
      {},
      { subject: { ...subject, sides: [] } },
      { subject: { ...subject, sides: [head, tree, tree] } },
      { subject: { ...subject, sides: [head, null] } },
      { subject: { ...subject, sides: [{ ...head, revision: '--output=x' }, tree] } },
      { subject: { ...subject, root: 1 } },
    ];
    for (const state of broken) assert.equal(parseDataState(state), undefined, JSON.stringify(state));
    for (const state of [
      {},
      { subject: { kind: 'data', root: '/w' } },
      { subject: { kind: 'model', location: '/w', name: 'x', version: '3' } },
    ])
      assert.equal(parseGraphState(state), undefined, JSON.stringify(state));
  });
});
