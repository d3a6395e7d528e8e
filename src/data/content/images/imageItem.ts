import type { Picture } from './picture';

/** One image of a data set. */
export interface ImageItem {
  /** Its path, or its number from 1. */
  readonly key: string;
  readonly label: string | undefined;
  /** Equal for equal images of two versions of the same kind. */
  readonly content: string | Uint8Array;
  /** Decodes it; throws where it is damaged. */
  picture(): Promise<Picture>;
}
