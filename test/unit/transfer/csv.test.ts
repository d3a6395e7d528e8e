import assert from 'node:assert/strict';
import { csvRow } from '../../../src/transfer/exports/csv';

describe('CSV rows', () => {
  it('quote what RFC 4180 wants quoted', () => {
    assert.equal(csvRow(['a', 'b,c', 'say "x"', 'two\nlines', '', undefined, ' x']), 'a,"b,c","say ""x""","two\nlines",,," x"\r\n');
  });

  it('leave numbers numbers', () => {
    assert.equal(csvRow([1, -0.5, 1e-7, NaN, '-3', '+1e5', '007']), '1,-0.5,1e-7,NaN,-3,+1e5,007\r\n');
  });

  it('hold no formula', () => {
    assert.equal(csvRow(['=1+1', '@x', '-x', '+cmd|x', '\t=1']), "'=1+1,'@x,'-x,'+cmd|x,\"'\t=1\"\r\n");
    assert.equal(csvRow(['\n=1', '\uff1d1']), `"'\n=1",'\uff1d1\r\n`);
    assert.equal(csvRow(['a;=1+1']), '"a;=1+1"\r\n');
    assert.equal(csvRow(['=HYPERLINK("a","b")']), `"'=HYPERLINK(""a"",""b"")"\r\n`);
  });
});
