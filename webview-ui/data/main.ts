import type { DataEvent, DataRequest } from '../../src/protocol/data';
import { Bridge } from '../bridge';
import { runStyle } from '../charts/palette';
import { readTheme, watchTheme, type Theme } from '../theme';
import './dataApp';
import { DataModel } from './dataModel';

const bridge = new Bridge<DataRequest, DataEvent>();
const model = new DataModel(
  (request) => bridge.post(request),
  (state) => bridge.keep(state),
);
bridge.listen((event) => model.apply(event));

const app = document.createElement('data-app');
Object.assign(app, { model });
// The two versions have the palette's first colours, which differ for all kinds of sight; VS Code's own are faint in some themes.
const paint = ({ kind }: Theme): void => {
  for (const [slot, name] of ['--before', '--after'].entries()) document.body.style.setProperty(name, runStyle(slot, kind).colour);
};
paint(readTheme());
watchTheme(paint);
// VS Code gives every page a margin that our sticky bar would not cover.
document.body.style.padding = '0';
document.body.append(app);
model.post({ type: 'ready' });
