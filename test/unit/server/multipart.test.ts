import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, utimesSync } from 'node:fs';
import { MultipartUploads } from '../../../src/server/multipartUploads';
import { Served } from './served';

const MPU = '/api/2.0/mlflow-artifacts/mpu';

interface Created {
  readonly upload_id: string;
  readonly credentials: readonly { readonly url: string; readonly part_number: number; readonly headers?: Record<string, string> }[];
}

describe('Uploads in parts', () => {
  const served = new Served({ token: 'abc' });
  const headers = { authorization: 'Bearer abc' };
  let runId: string;
  let folder: string;
  beforeEach(async () => {
    ({ runId } = await served.engine.runs.create({ experimentId: '0' }));
    folder = `0/${runId}/artifacts/model`;
  });
  const step = async (name: string, body: object, where = folder) => {
    const answer = await served.ask('POST', `${MPU}/${name}/${where}`, { body, headers });
    return { status: answer.status, body: JSON.parse(answer.text) as Record<string, unknown> };
  };
  const create = async (parts: number, path = '/home/ann/data.bin'): Promise<Created> => {
    const { status, body } = await step('create', { path, num_parts: parts });
    assert.equal(status, 200, JSON.stringify(body));
    return body as unknown as Created;
  };
  /** Sends a part as the client does: to the address and with the headers that it was given. */
  const send = async ({ url, headers: given = {} }: Created['credentials'][number], content: string) => {
    const { pathname, host } = new URL(url);
    assert.equal(host, served.host);
    return served.ask('PUT', pathname, { body: content, headers: given });
  };
  const waiting = (): string[] => {
    const place = served.path('.tracking', 'artifacts', '.uploads');
    return existsSync(place) ? readdirSync(place) : [];
  };

  it('become one file, in the order of their numbers, whatever the order they came in', async () => {
    const { upload_id: id, credentials } = await create(3);
    assert.deepEqual(
      credentials.map(({ part_number: number }) => number),
      [1, 2, 3],
    );
    const etags: string[] = [];
    for (const index of [2, 0, 1]) {
      const { status, headers: answered } = await send(credentials[index]!, `part ${index};`);
      assert.equal(status, 200);
      etags[index] = String(answered['etag']);
    }
    assert.equal(etags[1], `"${createHash('sha256').update('part 1;').digest('hex')}"`);
    assert.deepEqual(await served.engine.artifacts.list(runId), [], 'nobody sees it before it is whole');
    const parts = etags.map((etag, index) => ({ part_number: index + 1, etag, url: '' }));
    const end = { path: '/home/ann/data.bin', upload_id: id, parts };
    assert.deepEqual(await step('complete', end), { status: 200, body: {} });
    assert.equal(Buffer.from(await served.engine.artifacts.read(runId, 'model/data.bin')).toString(), 'part 0;part 1;part 2;');
    assert.deepEqual(waiting(), []);
    assert.equal((await step('complete', end)).status, 200, 'a client that has not heard the answer asks again');
  });

  it('are replaced by those that come again with their number', async () => {
    const { upload_id: id, credentials } = await create(1, 'C:\\data\\data.bin');
    await send(credentials[0]!, 'broken');
    const etag = String((await send(credentials[0]!, 'right')).headers['etag']);
    const parts = [{ part_number: 1, etag }];
    assert.equal((await step('complete', { path: 'C:\\data\\data.bin', upload_id: id, parts })).status, 200);
    assert.equal(Buffer.from(await served.engine.artifacts.read(runId, 'model/data.bin')).toString(), 'right');
  });

  it('are refused where one is missing, is another, or stands twice', async () => {
    const { upload_id: id, credentials } = await create(2);
    const etag = String((await send(credentials[0]!, 'one')).headers['etag']);
    const complete = async (parts: object[]) => (await step('complete', { path: 'data.bin', upload_id: id, parts })).status;
    const first = { part_number: 1, etag };
    for (const parts of [
      [],
      [first, { part_number: 2, etag }],
      [first, first],
      [{ part_number: 1, etag: '"other"' }],
      [{ part_number: 1, etag: '../../x' }],
      [{ part_number: -1, etag }],
    ])
      assert.equal(await complete(parts), 400, JSON.stringify(parts));
    assert.deepEqual(await served.engine.artifacts.list(runId), []);
    assert.equal(await complete([first]), 200, 'what was wrong can be put right');
  });

  it('are thrown away when the upload is aborted or given up', async () => {
    const { upload_id: id, credentials } = await create(1);
    await send(credentials[0]!, 'one');
    assert.equal((await step('abort', { path: 'data.bin', upload_id: id })).status, 200);
    assert.deepEqual(waiting(), []);
    assert.equal((await send(credentials[0]!, 'one')).status, 404);
    assert.equal((await step('abort', { path: 'data.bin', upload_id: id })).status, 404);
    const [old, young] = [await create(1), await create(1)];
    const place = served.path('.tracking', 'artifacts', '.uploads');
    const before = new Date(Date.now() - 25 * 3_600_000);
    utimesSync(`${place}/${old.upload_id}`, before, before);
    await new MultipartUploads(served.engine.artifactTree, place).sweep();
    assert.deepEqual(waiting(), [young.upload_id]);
  });

  it('are found again after a restart', async () => {
    const { upload_id: id, credentials } = await create(2);
    const [one, two] = [await send(credentials[0]!, 'one'), await send(credentials[1]!, 'two')];
    const again = new MultipartUploads(served.engine.artifactTree, served.path('.tracking', 'artifacts', '.uploads'));
    const etags = [one, two].map(({ headers: answered }) => String(answered['etag']));
    await again.complete(
      id,
      `${folder}/data.bin`,
      etags.map((etag, index) => ({ number: index + 1, etag })),
    );
    assert.equal(Buffer.from(await served.engine.artifacts.read(runId, 'model/data.bin')).toString(), 'onetwo');
  });

  it('obey the rules of paths, and need what every request needs', async () => {
    for (const where of ['../..', '%2e%2e/%2e%2e', '%252e%252e/x', 'C:/x', '%2Fetc', 'a%00', `0/${runId}/artifacts/..%5C..`]) {
      const { status } = await step('create', { path: 'x', num_parts: 1 }, where);
      assert.ok(status === 400 || status === 404, `${where}: ${status}`);
    }
    assert.equal((await step('create', { path: 'x', num_parts: 1 }, `0/${'0'.repeat(32)}/artifacts`)).status, 404);
    for (const path of ['..', '/', 'CON', 'a:b', 'x.']) assert.equal((await step('create', { path, num_parts: 1 })).status, 400, path);
    for (const parts of [0, -1, 10_001, '99999999999', 1.5])
      assert.equal((await step('create', { path: 'x', num_parts: parts })).status, 400);
    const { upload_id: id, credentials } = await create(1);
    const { pathname } = new URL(credentials[0]!.url);
    assert.equal((await served.ask('PUT', pathname, { body: 'x' })).status, 401);
    for (const other of [
      pathname.replace(/1$/, '2'),
      pathname.replace(/1$/, '0'),
      pathname.replace(/1$/, '1.5'),
      pathname.replace(/1$/, 'x'),
    ])
      assert.equal((await served.ask('PUT', other, { body: 'x', headers })).status, 400, other);
    for (const odd of ['..', '.', '%2e%2e%2f', `${id}%2f..`, 'x'.repeat(32)])
      assert.equal((await served.ask('PUT', `${MPU}/parts/${odd}/1`, { body: 'x', headers })).status, 404, odd);
    const other = await served.engine.runs.create({ experimentId: '0' });
    const elsewhere = `0/${other.runId}/artifacts/model`;
    assert.equal((await step('complete', { path: 'data.bin', upload_id: id, parts: [] }, elsewhere)).status, 400);
    assert.equal((await step('abort', { path: 'data.bin', upload_id: id }, elsewhere)).status, 400);
    await served.engine.runs.delete(runId);
    const etag = String((await send(credentials[0]!, 'x')).headers['etag']);
    const late = await step('complete', { path: 'data.bin', upload_id: id, parts: [{ part_number: 1, etag }] });
    assert.equal(late.status, 400, 'the run was deleted in the meantime');
  });
});

describe('Files from a page', () => {
  const served = new Served();

  it('are taken up to 10 MB', async () => {
    const { runId } = await served.engine.runs.create({ experimentId: '0' });
    const upload = async (query: string, body: string | Uint8Array) =>
      (await served.ask('POST', `/ajax-api/2.0/mlflow/upload-artifact?${query}`, { body })).status;
    assert.equal(await upload(`run_uuid=${runId}&path=notes/a.txt`, 'hello'), 200);
    assert.equal(Buffer.from(await served.engine.artifacts.read(runId, 'notes/a.txt')).toString(), 'hello');
    assert.equal(await upload(`run_uuid=${runId}&path=full.bin`, new Uint8Array(10 * 1024 * 1024)), 200);
    assert.equal(await upload(`run_uuid=${runId}&path=large.bin`, new Uint8Array(10 * 1024 * 1024 + 1)), 400);
    for (const query of [
      `run_uuid=${runId}`,
      'path=a',
      `run_uuid=${runId}&path=../a`,
      `run_uuid=${runId}&path=%252e%252e/a`,
      `run_uuid=${runId}&path=a&path=b`,
    ])
      assert.equal(await upload(query, 'x'), 400, query);
    assert.equal(await upload(`run_uuid=${runId}&path=empty`, ''), 400);
    assert.equal(await upload(`run_uuid=${'0'.repeat(32)}&path=a`, 'x'), 404);
    assert.deepEqual(
      (await served.engine.artifacts.list(runId)).map(({ path }) => path),
      ['full.bin', 'notes'],
    );
  });

  it('are told of without their content', async () => {
    const { runId } = await served.engine.runs.create({ experimentId: '0' });
    await served.engine.artifacts.write(runId, 'a.txt', 'hello');
    for (const path of [`/get-artifact?run_id=${runId}&path=a.txt`, `/api/2.0/mlflow-artifacts/artifacts/0/${runId}/artifacts/a.txt`]) {
      const { status, headers, text } = await served.ask('HEAD', path);
      assert.deepEqual([status, headers['content-length'], text], [200, '5', '']);
    }
    assert.equal((await served.ask('HEAD', `/get-artifact?run_id=${runId}&path=none`)).status, 404);
    const presigned = await served.ask('GET', `/api/2.0/mlflow-artifacts/presigned/0/${runId}/artifacts/a.txt`);
    assert.deepEqual([presigned.status, (JSON.parse(presigned.text) as { error_code: string }).error_code], [501, 'NOT_IMPLEMENTED']);
  });
});
