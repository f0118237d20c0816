import Modeler from 'bpmn-js/lib/Modeler';
import { BpmnPropertiesPanelModule } from 'bpmn-js-properties-panel';
import camunda from 'camunda-bpmn-moddle/resources/camunda.json';

import AdhocEvents from './adhoc.js';
import Findings from './findings.js';
import { orderOnImport } from './order.js';
import OwnerPalette from './palette.js';
import PanelProvider from './panel/provider.js';
import translator from '../shared/translate.js';
import chinese from './zh.js';

export default function createModeler({ container, panel, options = {}, lang = 'zh-CN' }) {
  const modeler = new Modeler({
    container,
    propertiesPanel: { parent: panel },
    moddleExtensions: { camunda },
    additionalModules: [
      BpmnPropertiesPanelModule,
      {
        __init__: ['ownerPalette', 'panelProvider', 'findings', 'adhocEvents'],
        translate: ['value', translator(chinese, lang)],
        designerOptions: ['value', { lang, ...options }],
        ownerPalette: ['type', OwnerPalette],
        panelProvider: ['type', PanelProvider],
        findings: ['type', Findings],
        adhocEvents: ['type', AdhocEvents],
      },
    ],
  });
  orderOnImport(modeler);
  return modeler;
}
