import type { CheckReport } from '../../checks/checks';
import type { ValuePiece } from '../../thread/valuePieces';
import type { ContentComparison } from '../comparison';
import type { ImageChanges, SampleImage, SampleOptions } from '../images/sampleImages';
import type { ContentPlace } from '../place';
import type { ContentProgress, Profile, ProfileOptions } from '../profile';

/** What can be asked of data's content; plain, so that a thread can be asked. */
export type ContentQuestion =
  | { readonly kind: 'profile'; readonly place: ContentPlace; readonly options: ProfileOptions }
  | { readonly kind: 'compare'; readonly before: ContentPlace; readonly after: ContentPlace; readonly options: ProfileOptions }
  | { readonly kind: 'samples'; readonly place: ContentPlace; readonly options: SampleOptions }
  | { readonly kind: 'changedImages'; readonly before: ContentPlace; readonly after: ContentPlace; readonly options: SampleOptions }
  | { readonly kind: 'check'; readonly file: string }
  | { readonly kind: 'suggest'; readonly place: ContentPlace };

interface Answers {
  readonly profile: Profile;
  readonly compare: ContentComparison;
  readonly samples: readonly SampleImage[];
  readonly changedImages: ImageChanges;
  readonly check: CheckReport;
  /** The text of a checks file. */
  readonly suggest: string;
}

export type ContentAnswer<K extends ContentQuestion['kind'] = ContentQuestion['kind']> = Answers[K];

/** Lets the next piece of the answer go. */
export type ToContentWorker = { readonly kind: 'next' };

/** `expected`: the error is one whose message is for people. */
export type FromContentWorker =
  | { readonly kind: 'progress'; readonly progress: ContentProgress }
  /** A part of the answer; the next one comes when this one was taken. */
  | { readonly kind: 'piece'; readonly piece: ValuePiece }
  /** The answer is whole. */
  | { readonly kind: 'end' }
  | { readonly kind: 'error'; readonly message: string; readonly code: string | undefined };
