// Data objects are variables; an arrow copies their value, or what is made of it.
import { getBusinessObject, is } from './model.js';
import { expression } from './common.js';
import { feel } from './entries.jsx';

export function dataGroups(element, injector) {
  if (!is(element, 'bpmn:DataAssociation')) return [];
  return [{
    id: 'data',
    label: 'Data',
    shouldOpen: true,
    entries: [feel({
      id: 'transformation',
      label: 'Value',
      hint: 'Empty: the value as it is',
      ...expression(injector, getBusinessObject(element), 'transformation'),
    })],
  }];
}
