import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { profileContent } from '../../src/data/content/contentProfile';
import { openPlace } from '../../src/data/content/contentSource';
import type { ColumnProfile, Profile } from '../../src/data/content/profile';
import { mlflowProgram, missingMlflow } from '../support/mlflowPeers';
import { ContentFolder } from '../unit/data/content/contentFolder';

/** Makes files of every kind by pandas, PyArrow and NumPy, and prints what these say of them. */
const SCRIPT = `
import json, sys
import numpy as np, pandas as pd
rng = np.random.default_rng(5)
n = 30000
frame = pd.DataFrame({
    'id': np.arange(n) * 7 - 1000,
    'normal': rng.normal(1e6, 0.5, n),
    'few': rng.integers(-3, 900, n),
    'stamp': 1_790_000_000_123_456_789 + rng.integers(0, 10**13, n),
    'gaps': np.where(rng.random(n) < 0.1, np.nan, rng.integers(0, 50, n)),
    'city': rng.choice(['Zürich', 'a "quoted", name', 'two\\nlines', 'Oslo'], n),
    'flag': rng.random(n) < 0.3,
    'when': pd.Timestamp('2020-02-27') + pd.to_timedelta(rng.integers(0, 5000, n), unit='D'),
    'label': rng.choice(list('abc'), n, p=[0.7, 0.2, 0.1]),
})
frame = pd.concat([frame, frame.iloc[:25]], ignore_index=True)
folder = sys.argv[1]
frame.to_csv(folder + '/t.csv', index=False)
frame.to_csv(folder + '/semi.csv.gz', index=False, sep=';', lineterminator='\\r\\n')
frame.to_parquet(folder + '/snappy.parquet')
frame.to_parquet(folder + '/zstd.parquet', compression='zstd', row_group_size=4000)
frame.to_parquet(folder + '/gzip.parquet', compression='gzip', version='1.0', coerce_timestamps='ms', allow_truncated_timestamps=True)
array = rng.normal(size=(500, 6)).astype('>f4')
np.save(folder + '/big.npy', array)
np.save(folder + '/fortran.npy', np.asfortranarray(array.astype('f8')))
numbers = {}
for name in ['id', 'normal', 'few', 'stamp', 'gaps']:
    column = frame[name]
    numbers[name] = dict(min=float(column.min()), max=float(column.max()), mean=float(column.mean()), std=float(column.std()),
        missing=int(column.isna().sum()), distinct=int(column.nunique()), quantiles=[float(column.quantile(q)) for q in (.05, .25, .5, .75, .95)])
print(json.dumps(dict(rows=len(frame), duplicates=int(frame.duplicated().sum()), numbers=numbers,
    cities=frame['city'].value_counts().to_dict(), labels=frame['label'].value_counts().sort_index().to_dict(),
    stamps=[str(frame['stamp'].min()), str(frame['stamp'].max())], first=str(frame['when'].min().date()), last=str(frame['when'].max().date()),
    array=dict(mean=float(array.astype('f8').mean()), std=float(array.astype('f8').std(ddof=1)), min=float(array.min()), max=float(array.max())))))
`;

interface Told {
  readonly rows: number;
  readonly duplicates: number;
  readonly numbers: Readonly<
    Record<string, Readonly<Record<'min' | 'max' | 'mean' | 'std' | 'missing' | 'distinct', number>> & { quantiles: number[] }>
  >;
  readonly cities: Readonly<Record<string, number>>;
  readonly labels: Readonly<Record<string, number>>;
  readonly stamps: readonly [min: string, max: string];
  readonly first: string;
  readonly last: string;
  readonly array: Readonly<Record<'mean' | 'std' | 'min' | 'max', number>>;
}

/** What our profiles say, against pandas and NumPy. */
describe('profiles and pandas', function () {
  this.timeout(180_000);
  let folder: ContentFolder;
  let told: Told;
  before(function () {
    const missing = missingMlflow();
    if (missing !== undefined) {
      console.log(`      ${missing}`);
      return this.skip();
    }
    folder = new ContentFolder();
    told = JSON.parse(
      execFileSync(mlflowProgram('mlflow3', 'python'), ['-c', SCRIPT, folder.root], { encoding: 'utf8', timeout: 120_000 }),
    ) as Told;
  });
  after(() => folder?.dispose());

  const near = (actual: number | undefined, expected: number, tolerance = 1e-9): void =>
    assert.ok(
      actual !== undefined && Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
      `${actual} is not ${expected}`,
    );
  const read = async (name: string): Promise<Profile> => profileContent(await openPlace({ kind: 'path', path: folder.path(name) }));

  for (const name of ['t.csv', 'semi.csv.gz', 'snappy.parquet', 'zstd.parquet', 'gzip.parquet'])
    it(`agree on ${name}`, async () => {
      const profile = await read(name);
      assert.deepEqual([profile.rows, profile.duplicates?.count, profile.problemCount], [told.rows, told.duplicates, 0]);
      assert.deepEqual(
        profile.columns?.map(({ name: column, type }) => [column, type]),
        [
          ['id', 'integer'],
          ['normal', 'number'],
          ['few', 'integer'],
          ['stamp', 'integer'],
          ['gaps', 'number'],
          ['city', 'text'],
          ['flag', 'boolean'],
          ['when', 'date'],
          ['label', 'text'],
        ],
      );
      for (const [column, expected] of Object.entries(told.numbers)) {
        const found: ColumnProfile | undefined = profile.columns?.find((each) => each.name === column);
        assert.equal(found?.missing, expected.missing);
        for (const key of ['min', 'max', 'mean', 'std'] as const) near(found?.numbers?.[key], expected[key], 1e-7);
        if (found?.distinct.exact) assert.equal(found.distinct.count, expected.distinct);
        else near(found?.distinct.count, expected.distinct, 0.08);
        const { p05, p25, p50, p75, p95 } = found.numbers!.quantiles;
        // Estimated ones may be off by a per cent of the rank: of a normal distribution that is at most a tenth of its spread here.
        const tolerance = found?.numbers?.exact ? 1e-12 : (0.1 * expected.std) / Math.max(1, Math.abs(expected.mean));
        [p05, p25, p50, p75, p95].forEach((value, index) => near(value, expected.quantiles[index]!, tolerance));
      }
      const stamps = profile.columns?.find((each) => each.name === 'stamp')?.numbers;
      assert.deepEqual([stamps?.digits?.min, stamps?.digits?.max], told.stamps);
      near(stamps?.std, told.numbers['stamp']!.std);
      const city = profile.columns?.find((each) => each.name === 'city');
      assert.deepEqual(Object.fromEntries(city?.top?.map(({ value, count }) => [value, count]) ?? []), told.cities);
      assert.deepEqual(Object.fromEntries(profile.labels?.counts.map(({ value, count }) => [value, count]) ?? []), told.labels);
      const { dates } = profile.columns.find((each) => each.name === 'when')!;
      assert.deepEqual([dates?.min.slice(0, 10), dates?.max.slice(0, 10)], [told.first, told.last]);
    });

  for (const name of ['big.npy', 'fortran.npy'])
    it(`agree on ${name}`, async () => {
      const { array } = await read(name);
      assert.deepEqual(array?.shape, [500, 6]);
      for (const key of ['min', 'max', 'mean', 'std'] as const) near(array?.numbers?.[key], told.array[key], 1e-6);
    });
});
