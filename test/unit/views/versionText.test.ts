import assert from 'node:assert/strict';
import type { ModelVersion } from '../../../src/core/model';
import { versionDescription } from '../../../src/views/models/versionText';

const NOW = 1_800_000_000_000;
const version: ModelVersion = {
  name: 'digits',
  version: 3,
  creationTime: NOW - 180_000,
  lastUpdateTime: NOW,
  description: '',
  userId: 'ada',
  currentStage: 'None',
  runLink: '',
  source: 'runs:/a/models',
  runId: 'a',
  status: 'READY',
  tags: {},
  aliases: [],
};

describe('the text beside a version of a model', () => {
  it('is where it comes from and how old it is', () => {
    assert.equal(versionDescription(version, 'sunny-otter-12', NOW), 'from sunny-otter-12 · 3 min');
    assert.equal(versionDescription(version, undefined, NOW), '3 min');
  });

  it('names aliases and stage first', () => {
    const serving: ModelVersion = { ...version, aliases: ['champion', 'stable'], currentStage: 'Production' };
    assert.equal(versionDescription(serving, 'x', NOW), '@champion · @stable · Production · from x · 3 min');
  });

  it('says when a registration is not done', () => {
    assert.equal(versionDescription({ ...version, status: 'PENDING_REGISTRATION' }, undefined, NOW), 'pending · 3 min');
    assert.equal(versionDescription({ ...version, status: 'FAILED_REGISTRATION' }, undefined, NOW), 'failed · 3 min');
  });
});
