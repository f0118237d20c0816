// Marks of the server's lint on the canvas: a badge per element, a click selects it.
const MARKERS = { error: 'finding-error', warning: 'finding-warning', hint: 'finding-hint' };
const RANK = ['error', 'warning', 'hint'];

export default class Findings {
  constructor(canvas, elementRegistry, overlays, selection) {
    Object.assign(this, { canvas, elementRegistry, overlays, selection });
    this.marked = [];
  }

  // findings: [{element, severity, rule, message}]; those without an element are for the list beside the canvas only.
  show(findings) {
    this.clear();
    const grouped = new Map();
    for (const finding of findings) {
      if (!this.elementRegistry.get(finding.element)) continue;
      grouped.set(finding.element, [...(grouped.get(finding.element) || []), finding]);
    }
    for (const [id, found] of grouped) this.mark(id, found);
  }

  clear() {
    this.overlays.remove({ type: 'finding' });
    for (const [element, marker] of this.marked) {
      if (this.elementRegistry.get(element.id) === element) this.canvas.removeMarker(element, marker);
    }
    this.marked = [];
  }

  mark(id, found) {
    const worst = RANK.find((severity) => found.some((finding) => finding.severity === severity)) || 'hint';
    const element = this.elementRegistry.get(id);
    const badge = document.createElement('button');
    badge.type = 'button';
    badge.className = `finding-badge ${MARKERS[worst]}`;
    badge.title = found.map((finding) => finding.message).join('\n');
    badge.setAttribute('aria-label', badge.title);
    badge.textContent = found.length > 1 ? String(found.length) : '!';
    badge.addEventListener('click', () => this.select(id));
    const position = element.waypoints ? { top: -10, left: -10 } : { top: -11, right: 11 };
    this.overlays.add(id, 'finding', { position, html: badge });
    this.canvas.addMarker(id, MARKERS[worst]);
    this.marked.push([element, MARKERS[worst]]); // its id may change meanwhile
  }

  select(id) {
    const element = this.elementRegistry.get(id);
    if (!element) return false;
    this.selection.select(element === this.canvas.getRootElement() ? null : element);
    if (element.parent) this.canvas.scrollToElement(element, { top: 120, right: 120, bottom: 120, left: 160 });
    return true;
  }
}
Findings.$inject = ['canvas', 'elementRegistry', 'overlays', 'selection'];
