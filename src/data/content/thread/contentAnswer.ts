import { runChecks } from '../../checks/checkRun';
import { suggestChecks } from '../../checks/suggestion';
import { compareContent } from '../contentComparison';
import { profileContent } from '../contentProfile';
import { openPlace } from '../contentSource';
import { changedImages, sampleImages } from '../images/sampleImages';
import type { ReadControl } from '../profile';
import type { ContentAnswer, ContentQuestion } from './contentMessages';

/** Answers a question in this thread. */
export async function answerContent(question: ContentQuestion, control: ReadControl): Promise<ContentAnswer> {
  const { signal } = control;
  switch (question.kind) {
    case 'profile':
      return profileContent(await openPlace(question.place), question.options, control);
    case 'compare':
      return compareContent(await openPlace(question.before), await openPlace(question.after), question.options, control);
    case 'samples':
      return sampleImages(await openPlace(question.place), question.options, signal);
    case 'changedImages':
      return changedImages(await openPlace(question.before), await openPlace(question.after), question.options, signal);
    case 'check':
      return runChecks(question.file, control);
    case 'suggest':
      return suggestChecks(await profileContent(await openPlace(question.place), {}, control));
  }
}
