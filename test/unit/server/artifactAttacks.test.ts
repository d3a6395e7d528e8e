import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Served } from './served';

const PROXY = '/api/2.0/mlflow-artifacts/artifacts';

describe('Artifacts under attack', () => {
  const served = new Served();
  let runId: string;
  let root: string;
  let secret: string;
  beforeEach(async () => {
    ({ runId } = await served.engine.runs.create({ experimentId: '0' }));
    root = `${PROXY}/0/${runId}/artifacts`;
    await served.engine.artifacts.write(runId, 'mine.txt', 'mine');
    secret = served.path('secret.txt');
    writeFileSync(secret, 'secret');
  });

  /** Ways out of a run's folder, as they go over the wire. */
  const ways = (): string[] => {
    const up = Array.from({ length: 5 }, () => '..');
    const absolute = secret.replaceAll('\\', '/');
    return [
      `${root}/${up.join('/')}/secret.txt`,
      `${root}/${up.join('%2F')}%2Fsecret.txt`,
      `${root}/${up.map(() => '%2e%2e').join('/')}/secret.txt`,
      `${root}/${up.map(() => '%2e%2e').join('%2f')}%2fsecret.txt`,
      `${root}/${up.map(() => '%252e%252e').join('%252f')}%252fsecret.txt`,
      `${root}/${up.join('%5C')}%5Csecret.txt`,
      `${root}/..%c0%af..%c0%afsecret.txt`,
      `${PROXY}/${encodeURIComponent(absolute)}`,
      `${PROXY}/${absolute}`,
      `${PROXY}//${absolute}`,
      `${PROXY}/file:%2F%2F${encodeURIComponent(absolute)}`,
      `${PROXY}/..%2Ftracking.db`,
      `${PROXY}/..%2F..%2Fsecret.txt`,
      `${root}/C:%2Fsecret.txt`,
      `${root}/%5C%5Chost%5Cshare%5Csecret.txt`,
      `${root}/mine.txt%00.png`,
      `${root}/mine.txt::$DATA`,
      `${root}/NUL`,
    ];
  };

  it('are not left by any path, to read, to write or to remove', async () => {
    for (const way of ways()) {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const { status, text } = await served.ask(method, way, method === 'PUT' ? { body: 'overwritten' } : {});
        assert.ok(status >= 400 && status < 500, `${method} ${way} was answered with ${status}`);
        assert.ok('error_code' in (JSON.parse(text) as object), text);
        assert.ok(!text.includes('secret\n') && !text.includes('at '), text);
      }
    }
    assert.equal(readFileSync(secret, 'utf8'), 'secret');
    assert.deepEqual(
      (await served.engine.artifacts.list(runId)).map(({ path }) => path),
      ['mine.txt'],
    );
    assert.deepEqual(served.lines, []);
  });

  it('are not listed beyond their place', async () => {
    for (const path of ['../..', '/etc', '..%2F..', 'C:/', 'a%00', '%252e%252e']) {
      const of = `/api/2.0/mlflow/artifacts/list?run_id=${runId}&path=${path}`;
      for (const url of [of, `${PROXY}?path=${path}`, `${PROXY}?path=0/${runId}/artifacts/${path}`]) {
        const { status, text } = await served.ask('GET', url);
        if (status !== 400) assert.ok(status === 200 && !text.includes('"files"'), `${url}: ${status} ${text}`);
      }
    }
  });

  it('are not left through a symbolic link', async function () {
    const folder = served.path('.tracking', 'artifacts', '0', runId, 'artifacts');
    try {
      symlinkSync(secret, join(folder, 'link.txt'));
      symlinkSync(served.path('.'), join(folder, 'out'));
    } catch {
      // Windows lets only some people make links.
      this.skip();
    }
    for (const path of ['link.txt', 'out/secret.txt', 'out/new.txt'])
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const { status } = await served.ask(method, `${root}/${path}`, method === 'PUT' ? { body: 'x' } : {});
        assert.equal(status, 400, `${method} ${path}`);
      }
    assert.equal((await served.ask('GET', `${PROXY}?path=0/${runId}/artifacts/out`)).status, 400);
    assert.equal(readFileSync(secret, 'utf8'), 'secret');
    assert.equal(existsSync(served.path('new.txt')), false);
  });

  it('are never something that a browser would execute', async () => {
    const page = '<script>alert(1)</script>';
    for (const name of [
      'page.html',
      'page.htm',
      'image.svg',
      'page.xhtml',
      'feed.xml',
      'code.js',
      'module.mjs',
      'style.css',
      'none',
      'doc.pdf',
      'app.wasm',
      'x.txt',
    ]) {
      await served.ask('PUT', `${root}/${name}`, { body: page, headers: { 'Content-Type': 'text/html' } });
      const { status, headers, text } = await served.ask('GET', `${root}/${name}`);
      assert.deepEqual([status, text], [200, page]);
      assert.match(String(headers['content-disposition']), /^attachment; /, name);
      assert.match(String(headers['content-type']), /^(?:application\/octet-stream|text\/plain; charset=utf-8)$/, name);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.match(String(headers['content-security-policy']), /default-src 'none'.*sandbox/);
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    }
  });

  it('put no header of their own into an answer', async () => {
    const name = `a%0d%0aSet-Cookie:%20x=1";%20filename="b.html`;
    const put = await served.ask('PUT', `${root}/${name}`, { body: 'x' });
    assert.equal(put.status, 400, 'a name with a colon is refused');
    assert.equal((await served.ask('PUT', `${root}/a%0d%0ab%22%3b%27.txt`, { body: 'x' })).text, '');
    const { headers, status } = await served.ask('GET', `${root}/a%0d%0ab%22%3b%27.txt`);
    assert.equal(status, 200);
    assert.equal(headers['content-disposition'], "attachment; filename*=UTF-8''a%0D%0Ab%22%3B%27.txt");
  });

  it('are kept whole or not at all', async () => {
    const { status } = await served.ask('PUT', `${root}/short.bin`, { body: 'x', headers: { 'Content-Type': 'application/json' } });
    assert.equal(status, 200, "a file's bytes are no request of ours");
    mkdirSync(served.path('.tracking', 'artifacts', '0', runId, 'artifacts', 'folder'));
    assert.ok((await served.ask('PUT', `${root}/folder`, { body: 'x' })).status >= 400);
    assert.ok((await served.ask('PUT', `${root}/mine.txt/below`, { body: 'x' })).status >= 400);
    assert.equal((await served.ask('GET', `${root}/mine.txt`)).text, 'mine');
  });

  it('are read in parts', async () => {
    const part = async (range: string) => served.ask('GET', `${root}/mine.txt`, { headers: { range } });
    const middle = await part('bytes=1-2');
    assert.deepEqual(
      [middle.status, middle.text, middle.headers['content-range'], middle.headers['content-length']],
      [206, 'in', 'bytes 1-2/4', '2'],
    );
    assert.deepEqual([(await part('bytes=3-')).text, (await part('bytes=2-99')).text], ['e', 'ne']);
    const beyond = await part('bytes=4-');
    assert.deepEqual([beyond.status, beyond.headers['content-range']], [416, 'bytes */4']);
    const last = await part('bytes=-3');
    assert.deepEqual([last.status, last.text, last.headers['content-range']], [206, 'ine', 'bytes 1-3/4']);
    assert.deepEqual([(await part('bytes=-9')).text, (await part('bytes=-0')).status], ['mine', 416]);
    for (const odd of ['bytes=2-1', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,2-3']) assert.equal((await part(odd)).text, 'mine', odd);
  });
});
