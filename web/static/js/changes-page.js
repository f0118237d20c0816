// The page of differences: <section> holds a diagram pair [data-bpmn] and a table with <a data-element-show="id">.
// A link brings its element into the middle of both diagrams; at the beginning that of the first row does.
(function () {
  'use strict';

  function show(box, id) {
    for (const viewer of [...(box.huiyinViewers || [])].reverse()) {
      const element = viewer.get('elementRegistry').get(id);
      if (!element) continue;
      const canvas = viewer.get('canvas');
      const { width, height } = canvas.viewbox().outer;
      const { x, y } = middle(element);
      canvas.viewbox({ x: x - width / 2, y: y - height / 2, width, height }); // the other diagram follows
      return;
    }
  }

  function middle({ x, y, width, height, waypoints }) {
    if (!waypoints) return { x: x + width / 2, y: y + height / 2 };
    const [first, last] = [waypoints[0], waypoints[waypoints.length - 1]];
    return { x: (first.x + last.x) / 2, y: (first.y + last.y) / 2 };
  }

  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-element-show]');
    const box = link?.closest('section')?.querySelector('[data-bpmn]');
    if (!box) return;
    event.preventDefault();
    show(box, link.dataset.elementShow);
    box.scrollIntoView({ block: 'nearest' });
  });

  const ready = new MutationObserver((changes) => {
    for (const { target } of changes) {
      const first = target.closest('section')?.querySelector('[data-element-show]');
      if (target.dataset.diffUrl && first) show(target, first.dataset.elementShow);
    }
  });
  for (const box of document.querySelectorAll('[data-bpmn]')) ready.observe(box, { attributeFilter: ['data-bpmn-ready'] });
})();
