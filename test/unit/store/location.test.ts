import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { findStore } from '../../../src/store/location';
import { temporaryFolder } from './temporaryFolder';

describe('Finding a store', function () {
  this.timeout(30_000);
  const path = temporaryFolder();

  it('takes the nearest one upwards', () => {
    mkdirSync(path('project', 'src', 'deep'), { recursive: true });
    assert.equal(findStore(path('project', 'src', 'deep')), undefined);
    mkdirSync(path('.tracking'));
    assert.equal(findStore(path('project', 'src', 'deep')), path('.tracking'));
    mkdirSync(path('project', '.tracking'));
    assert.equal(findStore(path('project', 'src', 'deep')), path('project', '.tracking'));
    assert.equal(findStore(path('project')), path('project', '.tracking'));
  });

  it('is not led astray by a file of that name', () => {
    mkdirSync(path('project'));
    mkdirSync(path('.tracking'));
    writeFileSync(path('project', '.tracking'), '');
    assert.equal(findStore(path('project')), path('.tracking'));
  });
});
