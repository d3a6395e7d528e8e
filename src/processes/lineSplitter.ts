import { StringDecoder } from 'node:string_decoder';

/** Cuts what a program prints into lines; half of a line, or of a character, waits for its other half. */
export class LineSplitter {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';

  /** @param hear takes each line that holds something, without its end */
  constructor(private readonly hear: (line: string) => void) {}

  push(chunk: Buffer): void {
    this.take(this.decoder.write(chunk));
  }

  /** There is no more. */
  end(): void {
    this.take(`${this.decoder.end()}\n`);
  }

  private take(text: string): void {
    const lines = (this.rest + text).split(/\r\n|\r|\n/);
    this.rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') this.hear(line);
  }
}
