/** `md5-dos2unix` is DVC 2's: text files were hashed with CRLF as LF. Others (`etag`, `checksum`) are a remote's. */
export type HashName = 'md5' | 'md5-dos2unix' | 'etag' | 'checksum';
