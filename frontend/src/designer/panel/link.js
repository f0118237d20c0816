// A link event leads to the catching one of the same name on the same level.
import { eventDefinitions, getBusinessObject, is } from './model.js';
import { inner } from './common.js';
import { select, text } from './entries.jsx';

const THROW = 'bpmn:IntermediateThrowEvent';
const CATCH = 'bpmn:IntermediateCatchEvent';

export function linkEntries(element, injector, link) {
  const throws = is(element, THROW);
  const name = inner(injector, link, 'name');
  return [
    select({
      id: 'linkPartner',
      label: throws ? 'Goes on at' : 'Comes from',
      options: () => partners(element, injector, throws ? CATCH : THROW),
      ...name,
    }),
    text({ id: 'linkName', label: 'Name of the link', hint: 'Both ends have the same name', ...name }),
  ];
}

function partners(element, injector, type) {
  const level = getBusinessObject(element).$parent;
  const names = injector.get('elementRegistry')
    .filter((other) => is(other, type) && !other.labelTarget && getBusinessObject(other).$parent === level)
    .flatMap(eventDefinitions)
    .filter((definition) => is(definition, 'bpmn:LinkEventDefinition'))
    .map((definition) => definition.get('name'))
    .filter(Boolean);
  return [...new Set(names)];
}
