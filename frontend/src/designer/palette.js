// What process owners may draw: only what the engine executes (docs/bpmn-coverage.md), and "task" means a task for people.
import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';
import { isEventSubProcess } from 'bpmn-js/lib/util/DiUtil';

const LOW = 500;
const NOT_IN_PALETTE = ['create.data-object', 'create.data-store'];
const NEVER = /participant-multiplicity|replace-with-task$|replace-with-data-/;
// What begins an event subprocess, and what begins a process.
const BEGINS_BY_EVENT = /(timer|conditional|error|escalation|compensation)-start$/;
const BEGINS_PLAIN = /none-start$/;

const TASKS = {
  'append.append-task': { title: 'Append user task', type: 'bpmn:UserTask' },
  'append.compensation-activity': { title: 'Append compensation activity', type: 'bpmn:UserTask', isForCompensation: true },
};

export default class OwnerPalette {
  constructor(palette, popupMenu, contextPad, elementFactory, create, autoPlace, translate) {
    Object.assign(this, { elementFactory, create, autoPlace, translate });
    palette.registerProvider(LOW, { getPaletteEntries: () => (entries) => this.paletteEntries(entries) });
    contextPad.registerProvider(LOW, { getContextPadEntries: (element) => (entries) => this.padEntries(element, entries) });
    popupMenu.registerProvider('bpmn-replace', LOW, {
      getPopupMenuEntries: (target) => (entries) => allowed(target, entries),
      getPopupMenuHeaderEntries: (target) => (entries) => allowed(target, entries),
    });
  }

  paletteEntries(entries) {
    for (const name of NOT_IN_PALETTE) delete entries[name];
    const start = (event) => this.create.start(event, this.elementFactory.createShape({ type: 'bpmn:UserTask' }));
    entries['create.task'] = {
      ...entries['create.task'],
      className: 'bpmn-icon-user-task',
      title: this.translate('Create user task'),
      action: { dragstart: start, click: start },
    };
    return entries;
  }

  padEntries(element, entries) {
    for (const [name, { title, ...made }] of Object.entries(TASKS)) {
      if (!entries[name]) continue;
      const shape = () => this.elementFactory.createShape(made);
      const drag = (event) => this.create.start(event, shape(), { source: element });
      entries[name] = {
        ...entries[name],
        className: 'bpmn-icon-user-task',
        title: this.translate(title),
        action: { dragstart: drag, click: () => this.autoPlace.append(element, shape()) },
      };
    }
    return entries;
  }
}
OwnerPalette.$inject = ['palette', 'popupMenu', 'contextPad', 'elementFactory', 'create', 'autoPlace', 'translate'];

function allowed(target, entries) {
  const elsewhere = isEventSubProcess(getBusinessObject(target).$parent) ? BEGINS_PLAIN : BEGINS_BY_EVENT;
  return Object.fromEntries(Object.entries(entries).filter(([name]) => !NEVER.test(name) && !elsewhere.test(name)));
}
