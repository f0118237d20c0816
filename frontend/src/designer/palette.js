// What process owners may draw: only what the engine executes, and "task" means a task for people.
const LOW = 500;
const REFUSED = new RegExp([
  'escalation', 'compensation', 'conditional-(start|intermediate|event|boundary)', 'conditional-flow', 'link-', 'cancel', 'transaction',
  'complex-gateway', 'inclusive-gateway', 'adhoc', 'ad-hoc', 'event-subprocess', '(timer|signal|error|escalation)-start',
  'non-interrupting-(timer|signal|error|message|escalation|conditional)-start', 'instantiating', 'toggle-loop', 'multiplicity',
  'replace-with-task$', 'signal-boundary-x',
].join('|'));
const NOT_IN_PALETTE = ['create.data-object', 'create.data-store'];

export default class OwnerPalette {
  constructor(palette, popupMenu, contextPad, elementFactory, create, autoPlace, translate) {
    Object.assign(this, { elementFactory, create, autoPlace, translate });
    palette.registerProvider(LOW, { getPaletteEntries: () => (entries) => this.paletteEntries(entries) });
    contextPad.registerProvider(LOW, { getContextPadEntries: (element) => (entries) => this.padEntries(element, entries) });
    popupMenu.registerProvider('bpmn-replace', LOW, {
      getPopupMenuEntries: () => (entries) => allowed(entries),
      getPopupMenuHeaderEntries: () => (entries) => allowed(entries),
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
    if (!entries['append.append-task']) return entries;
    const shape = () => this.elementFactory.createShape({ type: 'bpmn:UserTask' });
    const drag = (event) => this.create.start(event, shape(), { source: element });
    entries['append.append-task'] = {
      ...entries['append.append-task'],
      className: 'bpmn-icon-user-task',
      title: this.translate('Append user task'),
      action: { dragstart: drag, click: () => this.autoPlace.append(element, shape()) },
    };
    return entries;
  }
}
OwnerPalette.$inject = ['palette', 'popupMenu', 'contextPad', 'elementFactory', 'create', 'autoPlace', 'translate'];

function allowed(entries) {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => !REFUSED.test(name)));
}
