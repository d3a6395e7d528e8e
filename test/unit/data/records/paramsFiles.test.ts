import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ParamsFiles } from '../../../../src/data/records/paramsFiles';
import { OtherValue } from '../../../../src/data/records/plainValue';
import { isSameParam, pythonEquals } from '../../../../src/data/records/pythonEquality';
import { diskSource } from '../../../../src/data/records/recordSource';

describe('params files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ml-params-'));
  after(() => rmSync(folder, { recursive: true }));

  const values = async (name: string, text: string | undefined, ...keys: string[]): Promise<Record<string, unknown> | undefined> => {
    const target = join(folder, name);
    rmSync(target, { force: true });
    if (text !== undefined) writeFileSync(target, text);
    const found = await new ParamsFiles(diskSource).values({ path: name, target, keys, recorded: undefined });
    return found && Object.fromEntries(found);
  };

  for (const [name, text] of [
    ['p.yaml', 'lr: 0.1\nbig: 12345678901234567890\nnet: {layers: [32, 64], name: cnn}\non: true\nnone: ~\n'],
    ['p.json', '{"lr": 0.1, "big": 12345678901234567890, "net": {"layers": [32, 64], "name": "cnn"}, "on": true, "none": null}'],
    ['p.py', 'lr = 0.1\nbig = 12345678901234567890\nclass net:\n    layers = [32, 64]\n    name = "cnn"\non = True\nnone = None\n'],
  ] as const)
    it(`have the same values as ${name}, exact ones`, async () => {
      const found = { lr: 0.1, big: 12345678901234567890n, net: { layers: [32, 64], name: 'cnn' }, on: true, none: null };
      assert.deepEqual(await values(name, text), found);
      assert.deepEqual(await values(name, text, 'net.layers.1', 'lr', 'absent', 'net.absent'), { 'net.layers.1': 64, lr: 0.1 });
    });

  it('may be TOML, with its dates', async () => {
    const text = 'lr = 1e-3\nday = 2024-02-29\n[net]\nlayers = [1, 2]\n';
    assert.deepEqual(await values('p.toml', text), { lr: 0.001, day: new OtherValue('date', '2024-02-29'), net: { layers: [1, 2] } });
  });

  it('are what they hold, not what they would do', async () => {
    const text = `import os
os.remove("x")
a: int = 1_000
b = c = 3
d = os.environ["HOME"]
t = (1, "two", 3.0)
s = 'it''s' + ""
text = ('one '
        "two")
class Train:
    """What it is."""
    lr = -1e-3
    def __init__(self):
        self.rate = 0.5
        hidden = 1
if True:
    late = 1
a = 2
`;
    const found = { a: 2, t: new OtherValue('tuple', '', [1, 'two', 3]), text: 'one two', Train: { lr: -0.001, rate: 0.5 } };
    assert.deepEqual(await values('p.py', text), found);
  });

  it('are empty, or absent', async () => {
    for (const name of ['e.yaml', 'e.toml', 'e.py']) assert.deepEqual(await values(name, ''), {}, name);
    assert.equal(await values('absent.yaml', undefined, 'a'), undefined);
  });

  it('are asked by patterns too, for one value', async () => {
    const text = 'a: {lr_x: 1, mom: 2}\nb: {c: {lr_x: 3}}\n';
    assert.deepEqual(await values('g.yaml', text, 'a.lr*', 'b.**.lr_x'), { 'a.lr*': 1, 'b.**.lr_x': 3 });
    await assert.rejects(values('g.yaml', text, '**.lr_x'), /fits more than one value/);
  });

  it('are equal as Python’s values are', () => {
    const tuple = new OtherValue('tuple', '', [1, 2]);
    for (const [a, b] of [
      [1, true],
      [0, false],
      [2 ** 53, 9007199254740992n],
      [
        { x: 1, y: 2 },
        { y: 2, x: 1 },
      ],
      [new OtherValue('set', '', [1, 2]), new OtherValue('set', '', [2, 1])],
    ] as const)
      assert.ok(pythonEquals(a, b), `${inspect(a)} == ${inspect(b)}`);
    for (const [a, b] of [
      [1, '1'],
      [null, false],
      [0.1, 1],
      [NaN, NaN],
      [tuple, [1, 2]],
      [
        [1, 2],
        [2, 1],
      ],
      [{ x: 1 }, { x: 1, y: 2 }],
    ] as const)
      assert.ok(!pythonEquals(a, b), `${inspect(a)} != ${inspect(b)}`);
    // The lock has a list where a Python file has a tuple.
    assert.ok(isSameParam(tuple, [1, 2]) && !isSameParam([tuple], [[1, 2]]));
  });
});
