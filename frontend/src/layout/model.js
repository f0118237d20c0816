// What of a BPMN file has a shape, and how large it is in bpmn-js.
export const BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL';
const SCOPE = /^(subProcess|transaction|adHocSubProcess)$/;
const SIZES = [
  [/Event$/, 36, 36],
  [/Gateway$/, 50, 50],
  [/([tT]ask|^callActivity)$/, 100, 80],
  [/^dataObjectReference$/, 36, 50],
  [/^dataStoreReference$/, 50, 50],
  [/^textAnnotation$/, 140, 40],
];

const isOf = (element, name) => element.namespaceURI === BPMN && element.localName === name;
export const all = (parent, name) => [...parent.children].filter((each) => isOf(each, name));
export const child = (parent, name) => all(parent, name)[0];
export const isScope = (element) => SCOPE.test(element.localName);
export const isBoundary = (element) => element.localName === 'boundaryEvent';

// The size of what stands on its own: no definition inside an event, no scope, which is as large as what it holds.
export function size(element) {
  const found = element.namespaceURI === BPMN && SIZES.find(([kind]) => kind.test(element.localName));
  return found ? { width: found[1], height: found[2] } : null;
}

const text = (parent, name) => child(parent, name)?.textContent.trim();

// What is joined on one level: flows, associations, and the data that activities read and write.
export function joins(scope) {
  const found = [];
  const add = (edge, kind, source, target) => source && target && found.push({ id: edge.getAttribute('id'), kind, source, target });
  for (const kind of ['sequenceFlow', 'association']) {
    for (const edge of all(scope, kind)) add(edge, kind, edge.getAttribute('sourceRef'), edge.getAttribute('targetRef'));
  }
  for (const node of scope.children) {
    const id = node.getAttribute('id');
    for (const edge of all(node, 'dataInputAssociation')) add(edge, 'data', text(edge, 'sourceRef'), id);
    for (const edge of all(node, 'dataOutputAssociation')) add(edge, 'data', id, text(edge, 'targetRef'));
  }
  return found.filter((each) => each.id);
}

export const lanesOf = (element, name) => all(child(element, name) || element, 'lane');
export const namedIn = (lane) => all(lane, 'flowNodeRef').map((each) => each.textContent.trim());
