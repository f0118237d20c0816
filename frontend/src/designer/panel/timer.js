import { Change } from './model.js';
import { customProperty, expression, fill, units } from './common.js';
import { feel, select, span, text } from './entries.jsx';

const KINDS = {
  timeDuration: ['Duration', 'e.g. PT4H, P3D or =duration("PT4H")'],
  timeDate: ['Date and time', 'e.g. =clock at("internal", 0.5) or =working days after(3)'],
  timeCycle: ['Repetition', 'e.g. R3/PT1H: three times, an hour apart'],
};

export function timerEntries(element, injector, timer) {
  const kind = Object.keys(KINDS).find((name) => timer.get(name));
  const entries = [select({
    id: 'timerKind',
    label: 'Kind of timer',
    translated: true,
    options: () => Object.entries(KINDS).map(([value, [label]]) => ({ value, label })),
    get: () => kind,
    set: (_, chosen) => write(element, timer, injector, chosen, ' '),
  })];
  if (kind) entries.push(feel({ id: 'timerValue', label: KINDS[kind][0], hint: KINDS[kind][1], ...valueOf(injector, timer, kind) }));
  entries.push(span({ id: 'timerHelper', label: 'Set the timer to', units: units(injector), write: (_, unit, n) => fromUnit(element, timer, injector, unit, n) }));
  entries.push(text({ id: 'timerKey', label: 'Key of the timer', hint: 'By this name the timer can be moved, stopped and revived', ...customProperty(injector, 'timerKey') }));
  return entries;
}

// A kind without a value is kept as a blank: an absent element could not say which kind was chosen.
function valueOf(injector, timer, kind) {
  const { get, set } = expression(injector, timer, kind);
  return { get: () => (get() || '').trim(), set: (element, value) => set(element, value || ' ') };
}

function fromUnit(element, timer, injector, unit, number) {
  if (unit.duration) write(element, timer, injector, 'timeDuration', fill(unit.duration, number));
  else write(element, timer, injector, 'timeDate', `=${fill(unit.feel, number)}`);
}

function write(element, timer, injector, kind, value) {
  const change = new Change(injector, element);
  const body = kind && change.create('bpmn:FormalExpression', { body: value }, timer);
  const none = { timeDuration: undefined, timeDate: undefined, timeCycle: undefined };
  change.set(timer, kind ? { ...none, [kind]: body } : none).run();
}
