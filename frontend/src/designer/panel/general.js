import { Change, getBusinessObject, is, isOneOf } from './model.js';
import { attribute, customProperty, inner } from './common.js';
import { area, checkbox, text } from './entries.jsx';

const UNNAMED = ['bpmn:Collaboration', 'bpmn:TextAnnotation', 'bpmn:Association', 'bpmn:DataAssociation', 'bpmn:Group'];

export function generalGroups(element, injector) {
  const groups = [{ id: 'general', label: 'General', shouldOpen: true, entries: general(element, injector) }];
  const pools = is(element, 'bpmn:Collaboration') ? getBusinessObject(element).get('participants') : [getBusinessObject(element)];
  const processes = pools.filter((pool) => is(pool, 'bpmn:Participant') && pool.get('processRef')).map((pool) => pool.get('processRef'));
  return [...groups, ...processes.map((process) => poolProcess(element, injector, process))];
}

function general(element, injector) {
  const entries = [];
  if (!isOneOf(element, UNNAMED)) {
    entries.push(area({ id: 'name', label: 'Name', rows: 1, ...attribute(injector, 'name') }));
    entries.push(text({ id: 'name_en', label: 'Name in English', ...customProperty(injector, 'name_en') }));
  }
  if (is(element, 'bpmn:TextAnnotation')) entries.push(area({ id: 'text', label: 'Text', ...attribute(injector, 'text') }));
  entries.push(identifier(injector, getBusinessObject(element), (value) => new Change(injector, element).attributes({ id: value })));
  if (is(element, 'bpmn:Process')) entries.push(executable(injector, getBusinessObject(element)));
  entries.push(documentation(element, injector));
  entries.push(area({ id: 'documentation_en', label: 'The same in English', ...customProperty(injector, 'documentation_en') }));
  return entries;
}

function poolProcess(element, injector, process) {
  const change = (value) => new Change(injector, element).set(process, { id: value });
  return {
    id: `process-${process.get('id')}`,
    label: 'Process',
    shouldOpen: true,
    entries: [
      identifier(injector, process, change, 'processId'),
      text({ id: 'processName', label: 'Process name', ...inner(injector, process, 'name') }),
      executable(injector, process),
    ],
  };
}

function executable(injector, process) {
  return checkbox({ id: 'isExecutable', label: 'Executable', ...inner(injector, process, 'isExecutable') });
}

function identifier(injector, object, change, id = 'id') {
  const translate = injector.get('translate');
  return text({
    id,
    label: 'ID',
    hint: 'English, like FirstContact; it appears in history',
    get: () => object.get('id'),
    set: (_, value) => value && change(value).run(),
    validate: (value) => problemOf(value, object, injector, translate),
  });
}

function problemOf(value, object, injector, translate) {
  if (!value) return translate('The ID must not be empty');
  if (!/^[A-Za-z_][\w.-]*$/.test(value)) return translate('Only letters, digits, "_", "-" and ".", beginning with a letter');
  if (/^(Start|End|Root)$|\.EndJoin$/.test(value)) return translate('This ID is reserved');
  const owner = injector.get('moddle').ids.assigned(value);
  return owner && owner !== object ? translate('This ID is taken') : null;
}

function documentation(element, injector) {
  const isTask = is(element, 'bpmn:UserTask') || is(element, 'bpmn:ManualTask');
  return area({
    id: 'documentation',
    label: isTask ? 'Instructions for the handler' : 'Documentation',
    rows: 3,
    get: () => getBusinessObject(element).get('documentation')[0]?.get('text'),
    set: (_, value) => {
      const change = new Change(injector, element);
      const list = value ? [change.create('bpmn:Documentation', { text: value }, change.object)] : [];
      change.set(change.object, { documentation: list }).run();
    },
  });
}
