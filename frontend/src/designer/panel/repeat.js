// Repetitions: for each of a list or so many times (multi-instance), or again and again (standard loop).
import { getBusinessObject, is } from './model.js';
import { expression, inner } from './common.js';
import { checkbox, feel, text } from './entries.jsx';

export function repeatGroups(element, injector) {
  const repetition = is(element, 'bpmn:Activity') && getBusinessObject(element).get('loopCharacteristics');
  if (!repetition) return [];
  const isLoop = is(repetition, 'bpmn:StandardLoopCharacteristics');
  return [{
    id: 'repeat',
    label: isLoop ? 'Again and again' : 'For each',
    shouldOpen: true,
    entries: isLoop ? again(injector, repetition) : forEach(injector, repetition),
  }];
}

function forEach(injector, each) {
  return [
    feel({ id: 'collection', label: 'Of the list', rows: 1, hint: 'e.g. =units', ...inner(injector, each, 'camunda:collection') }),
    text({ id: 'elementVariable', label: 'Each one goes to variable', ...inner(injector, each, 'camunda:elementVariable') }),
    feel({ id: 'loopCardinality', label: 'Or so many times', rows: 1, hint: 'Instead of a list', ...expression(injector, each, 'loopCardinality') }),
    checkbox({ id: 'isSequential', label: 'One after the other', ...inner(injector, each, 'isSequential') }),
    feel({
      id: 'completionCondition',
      label: 'Finished early when',
      hint: 'Over nrOfInstances, nrOfCompletedInstances, nrOfActiveInstances',
      ...expression(injector, each, 'completionCondition'),
    }),
  ];
}

function again(injector, loop) {
  const translate = injector.get('translate');
  const { get, set } = inner(injector, loop, 'loopMaximum');
  return [
    feel({
      id: 'loopCondition',
      label: 'Repeated while',
      hint: 'e.g. not(complete); loopCounter counts from 0',
      ...expression(injector, loop, 'loopCondition'),
    }),
    checkbox({ id: 'testBefore', label: 'Condition looked at before the first time', ...inner(injector, loop, 'testBefore') }),
    text({
      id: 'loopMaximum',
      label: 'At most so many times',
      get: () => get()?.toString(),
      set: (element, value) => set(element, value && Number(value)),
      validate: (value) => (!value || /^[1-9]\d{0,5}$/.test(value) ? null : translate('A whole number from 1')),
    }),
  ];
}
