// Writes a placed level as diagram interchange (BPMN 12).
const DI = 'http://www.omg.org/spec/BPMN/20100524/DI';
const DC = 'http://www.omg.org/spec/DD/20100524/DC';
const DD = 'http://www.omg.org/spec/DD/20100524/DI';

export function diagram(parsed, plane, { shapes, edges }) {
  const made = (space, name, attributes, ...children) => {
    const element = parsed.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    element.append(...children);
    return element;
  };
  const shape = ({ id, x, y, width, height, expanded, horizontal, gateway }) =>
    made(
      DI,
      'bpmndi:BPMNShape',
      { id: `${id}_di`, bpmnElement: id, ...(expanded && { isExpanded: true }), ...(horizontal && { isHorizontal: true }), ...(gateway && { isMarkerVisible: true }) },
      made(DC, 'dc:Bounds', { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) }),
    );
  const edge = ({ id, points }) =>
    made(DI, 'bpmndi:BPMNEdge', { id: `${id}_di`, bpmnElement: id }, ...points.map(({ x, y }) => made(DD, 'di:waypoint', { x: Math.round(x), y: Math.round(y) })));
  const drawn = [...shapes.map(shape), ...edges.map(edge)];
  return made(DI, 'bpmndi:BPMNDiagram', { id: `${plane}_diagram` }, made(DI, 'bpmndi:BPMNPlane', { id: `${plane}_plane`, bpmnElement: plane }, ...drawn));
}
