import assert from 'node:assert/strict';
import { pageHtml } from '../../../src/panels/pageHtml';

describe('A page', () => {
  const parts = { title: 'Compare Runs', script: 'https://x/compare.js', codicons: 'https://x/codicon.css', cspSource: 'https://x' };
  const html = pageHtml({ ...parts, nonce: 'n0nce', pictures: false });
  const policyOf = (page: string): string[] => (/Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '').split('; ');

  it('allows its own script by nonce and nothing inline', () => {
    assert.deepEqual(policyOf(html), ["default-src 'none'", "script-src 'nonce-n0nce'", 'style-src https://x', 'font-src https://x']);
    assert.ok(!/<style|style=|onload=|<script(?![^>]*nonce="n0nce")/.test(html));
  });

  it('allows pictures only as data, and only where it shows some', () => {
    const [before, after] = [html, pageHtml({ ...parts, nonce: 'n0nce', pictures: true })].map(policyOf);
    assert.deepEqual(after, [...(before ?? []), 'img-src data:']);
    assert.ok(!/unsafe|\*/.test((after ?? []).join()));
  });

  it('links the codicons as the elements look for them', () => {
    assert.match(html, /href="https:\/\/x\/codicon\.css" id="vscode-codicon-stylesheet"/);
  });
});
