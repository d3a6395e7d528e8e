import type { CompareEvent, CompareRequest } from '../../src/protocol/compare';
import { parseCompareState } from '../../src/protocol/compareParser';
import { Bridge } from '../bridge';
import { readTheme, watchTheme } from '../theme';
import './compareApp';
import { Comparison } from './comparison';

const bridge = new Bridge<CompareRequest, CompareEvent>();
const comparison = new Comparison(
  (request) => bridge.post(request),
  (state) => bridge.keep(state),
  parseCompareState(bridge.kept),
);
bridge.listen((event) => comparison.apply(event));

const app = document.createElement('compare-app');
Object.assign(app, { comparison, theme: readTheme() });
watchTheme((theme) => Object.assign(app, { theme }));
// VS Code gives every page a margin that our sticky bar would not cover.
document.body.style.padding = '0';
document.body.append(app);
comparison.post({ type: 'ready' });
