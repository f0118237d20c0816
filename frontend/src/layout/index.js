// Huiyin.layout(xml) → xml: a diagram that was written without a layout gets one (BPMN 12 leaves it out of what is executed);
// one that has a layout comes back as it is. Nothing else of the file is changed.
import { diagram } from './interchange.js';
import { collaboration, level } from './level.js';
import { BPMN, all, child } from './model.js';

const DI = 'http://www.omg.org/spec/BPMN/20100524/DI';

window.Huiyin = window.Huiyin || {};

window.Huiyin.layout = function (xml) {
  const parsed = new DOMParser().parseFromString(xml, 'application/xml');
  const root = parsed.documentElement;
  const processes = all(root, 'process');
  const drawn = parsed.getElementsByTagNameNS(DI, 'BPMNShape').length;
  if (parsed.querySelector('parsererror') || root.namespaceURI !== BPMN || drawn || !processes.length) return xml;
  for (const empty of [...parsed.getElementsByTagNameNS(DI, 'BPMNDiagram')]) empty.remove();
  const pools = child(root, 'collaboration');
  const planes = pools ? [[pools, collaboration(pools, processes)]] : processes.map((each) => [each, level(each)]);
  for (const [plane, placed] of planes) root.append(diagram(parsed, plane.getAttribute('id'), placed));
  return new XMLSerializer().serializeToString(parsed);
};
