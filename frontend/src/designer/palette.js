// What process owners may draw: only what the engine executes (docs/bpmn-coverage.md), and "task" means a task for people.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { isEventSubProcess } from 'bpmn-js/lib/util/DiUtil';

const LOW = 500;
const NOT_IN_PALETTE = ['create.data-store']; // service tasks read and write what outlives the process
const NEVER = /participant-multiplicity|replace-with-task$|replace-with-data-/;

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
    if (is(getBusinessObject(element).$parent, 'bpmn:AdHocSubProcess')) delete entries['append.end-event'];
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
  const misplaced = refusedIn(getBusinessObject(target).$parent);
  return Object.fromEntries(Object.entries(entries).filter(([name]) => !NEVER.test(name) && !misplaced.test(name)));
}

// What would be refused on this level: an event subprocess begins by an event, an ad-hoc subprocess by itself, and only what
// was done in a subprocess is undone by an event subprocess in it.
function refusedIn(level) {
  if (is(level, 'bpmn:AdHocSubProcess')) return /-(start|end)$/;
  if (!isEventSubProcess(level)) return /(error|escalation|compensation)-start$/;
  return is(level.$parent, 'bpmn:SubProcess') ? /none-start$/ : /(none|compensation)-start$/;
}
