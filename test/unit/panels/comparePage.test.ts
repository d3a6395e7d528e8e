import assert from 'node:assert/strict';
import { comparePage } from '../../../src/panels/comparePage';

describe('The page', () => {
  const html = comparePage({ script: 'https://x/compare.js', codicons: 'https://x/codicon.css', cspSource: 'https://x', nonce: 'n0nce' });
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';

  it('allows its own script by nonce and nothing inline', () => {
    assert.deepEqual(policy.split('; '), ["default-src 'none'", "script-src 'nonce-n0nce'", 'style-src https://x', 'font-src https://x']);
    assert.ok(!/unsafe|\*/.test(policy));
    assert.ok(!/<style|style=|onload=|<script(?![^>]*nonce="n0nce")/.test(html));
  });

  it('links the codicons as the elements look for them', () => {
    assert.match(html, /href="https:\/\/x\/codicon\.css" id="vscode-codicon-stylesheet"/);
  });
});
