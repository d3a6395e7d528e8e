/** What a sender has to keep up: so many bytes in each span of time, in milliseconds. */
export interface Pace {
  readonly bytes: number;
  readonly span: number;
}
