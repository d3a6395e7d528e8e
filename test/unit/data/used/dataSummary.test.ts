import assert from 'node:assert/strict';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describeDataFiles } from '../../../../src/autolog/fileDataset';
import { readDataSummary } from '../../../../src/data/used/dataSummary';
import { ContentFolder, idxFile } from '../content/contentFolder';

const untracked = () => Promise.resolve(undefined);

describe('what a run keeps of the content of its data', () => {
  let folder: ContentFolder;
  before(() => (folder = new ContentFolder()));
  after(() => folder.dispose());

  const describeFiles = async (paths: readonly string[], more: object = {}) => {
    const { schema, profile } = await describeDataFiles({ paths, ...more }, folder.root, untracked, readDataSummary);
    return [schema && (JSON.parse(schema) as unknown), JSON.parse(profile ?? 'null') as Record<string, unknown>] as const;
  };

  it('is rows, classes, missing cells and a schema in the form of MLflow', async () => {
    folder.write('t.csv', 'x,when,label\n1,2026-01-01,a\n2,,b\n3,2026-01-03,a\n3,2026-01-03,a\n');
    const [schema, profile] = await describeFiles(['t.csv']);
    assert.deepEqual(schema, {
      mlflow_colspec: [
        { type: 'long', name: 'x', required: true },
        { type: 'datetime', name: 'when', required: false },
        { type: 'string', name: 'label', required: true },
      ],
    });
    assert.deepEqual(profile, {
      ...{ num_rows: 4, size_bytes: 63, format: 'csv', columns: 3, missing: 1, duplicates: 1 },
      ...{ labels: 'label', class_counts: { a: 3, b: 1 } },
    });
  });

  it("leaves what the caller says of it, and several files' content", async () => {
    const [schema, profile] = await describeFiles(['t.csv'], { rows: 3, schema: { mine: true } });
    assert.deepEqual([schema, profile['num_rows']], [{ mine: true }, 3]);
    const [none, both] = await describeFiles(['t.csv', 't.csv']);
    assert.deepEqual([none, both['format']], [undefined, undefined]);
  });

  it('is the shape and values of an array, and nothing of what cannot be read', async () => {
    folder.write('i-idx3-ubyte', idxFile([2, 4, 4], new Uint8Array(32).fill(7)));
    const [schema, profile] = await describeFiles(['i-idx3-ubyte']);
    assert.deepEqual(schema, {
      mlflow_tensorspec: { features: '[{"type":"tensor","tensor-spec":{"dtype":"uint8","shape":[-1,4,4]}}]', targets: null },
    });
    assert.deepEqual([profile['num_rows'], profile['values']], [2, { min: 7, max: 7, mean: 7, std: 0 }]);
    folder.write('cut.parquet', 'PAR1 and no more');
    assert.deepEqual((await describeFiles(['cut.parquet']))[1], { size_bytes: 16 });
  });

  it('is nothing of what takes longer than a training waits', async () => {
    folder.write('much.csv.gz', gzipSync('x,y\n' + '1,2\n'.repeat(4_000_000)));
    const path = join(folder.root, 'much.csv.gz');
    assert.equal(await readDataSummary(path, 1), undefined);
    assert.equal((await readDataSummary(path, 600_000))?.rows, 4_000_000);
  });
});
