// <div data-bpmn data-xml-url="…" data-state-url="…"></div>        diagram with done/active marks, tokens and chips
// <div data-bpmn data-old-xml-url="…" data-xml-url="…" data-diff-url="…"></div>   two versions side by side
// Needs bpmn-navigated-viewer.min.js before it,
// and in data-layout of its own element the address of the layout bundle. The bpmn.io mark at the lower right must stay visible: put nothing over it.
(function () {
  'use strict';
  const Huiyin = window.Huiyin;
  const { say } = Huiyin;
  const STATES = ['done', 'active', 'cancelled', 'incident'];
  const HANDS = ['bpmn:UserTask', 'bpmn:ManualTask', 'bpmn:CallActivity']; // who did an automatic step says nothing
  const ZOOM_STEP = 1.25;
  const READABLE = 0.75;
  const LAYOUT = document.currentScript.dataset.layout;
  let loading;

  const json = async (url) => (await Huiyin.request(url)).json();
  const text = async (url) => (await Huiyin.request(url)).text();

  function node(tag, className, content) {
    const made = document.createElement(tag);
    made.className = className;
    if (content !== undefined) made.textContent = content;
    return made;
  }

  // ---- one canvas ---------------------------------------------------------------------------------------------
  async function draw(box, xml) {
    const canvas = node('div', 'bpmn-canvas');
    box.append(canvas);
    const viewer = new window.BpmnJS({ container: canvas });
    await viewer.importXML(await laid(xml)).catch((error) => {
      throw Huiyin.undrawable(error);
    });
    fit(viewer);
    return viewer;
  }

  // The few diagrams that come without a layout are arranged here; only they need the script for it.
  async function laid(xml) {
    if (xml.includes('BPMNShape')) return xml;
    loading ||= new Promise((resolve, reject) => {
      const script = document.createElement('script');
      Object.assign(script, { src: LAYOUT, onload: resolve, onerror: () => reject(new Error(LAYOUT)) });
      document.head.append(script);
    });
    await loading;
    return Huiyin.layout(xml);
  }

  function fit(viewer) {
    viewer.get('canvas').zoom('fit-viewport', 'auto');
  }

  // A wide diagram would be too small to read: it opens where the case stands, or where it begins.
  function begin(viewer, state) {
    const canvas = viewer.get('canvas');
    if (canvas.zoom() >= READABLE) return;
    const { inner, outer } = canvas.viewbox();
    const [width, height] = [outer.width / READABLE, outer.height / READABLE];
    const holding = Object.entries(state.elements || {}).filter(([, facts]) => facts.tokens > 0);
    const live = holding.map(([id]) => viewer.get('elementRegistry').get(id)).filter(Boolean);
    const is = (kind) => live.find(({ type }) => type === `bpmn:${kind}`);
    const shape = is('UserTask') || is('CallActivity') || live[0]; // people first, joins that wait last
    const middle = shape ? shape.x + shape.width / 2 : inner.x;
    const x = Math.min(Math.max(middle - width / 2, inner.x - 20), Math.max(inner.x - 20, inner.x + inner.width + 20 - width));
    const centre = shape && inner.height > height ? shape.y + shape.height / 2 : inner.y + inner.height / 2;
    canvas.viewbox({ x, y: centre - height / 2, width, height });
  }

  function zoom(viewer, factor) {
    const canvas = viewer.get('canvas');
    canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * factor)), 'auto');
  }

  function toolbar(box, viewers, refresh) {
    const bar = node('div', 'bpmn-toolbar btn-group-vertical');
    const add = (icon, label, action) => {
      const button = node('button', 'btn btn-icon');
      button.type = 'button';
      button.title = label;
      button.setAttribute('aria-label', label);
      button.append(Huiyin.icon(icon));
      button.addEventListener('click', action);
      bar.append(button);
    };
    add('zoom-in', say('Zoom in'), () => zoom(viewers[0], ZOOM_STEP));
    add('zoom-out', say('Zoom out'), () => zoom(viewers[0], 1 / ZOOM_STEP));
    add('arrows-maximize', say('Fit to view'), () => viewers.forEach(fit));
    if (refresh) add('refresh', say('Refresh'), refresh);
    box.append(bar);
  }

  // ---- the state of a case ------------------------------------------------------------------------------------
  function clear(viewer) {
    const canvas = viewer.get('canvas');
    viewer.get('overlays').remove({ type: 'huiyin' });
    viewer.get('elementRegistry').forEach((element) => {
      for (const state of [...STATES, 'taken']) if (canvas.hasMarker(element, state)) canvas.removeMarker(element, state);
    });
  }

  function badge(viewer, element, state) {
    const put = (position, html) => viewer.get('overlays').add(element, 'huiyin', { position, html, scale: { min: 0.85, max: 1.2 } });
    if (state.tokens > 0) {
      const token = node('div', `bpmn-token bpmn-token-${state.state}`, String(state.tokens));
      put({ bottom: 13, left: -13 }, token);
    }
    if (state.count > 1) {
      put({ bottom: 11, right: 15 }, node('div', 'bpmn-count', `×${state.count}`));
    }
    if (state.label && HANDS.includes(viewer.get('elementRegistry').get(element).type)) {
      const chip = node('div', 'bpmn-chip', state.label);
      chip.title = state.label;
      put({ top: -26, left: 0 }, chip);
    }
  }

  function showState(viewer, state) {
    const registry = viewer.get('elementRegistry');
    const canvas = viewer.get('canvas');
    clear(viewer);
    for (const [id, facts] of Object.entries(state.elements || {})) {
      if (!registry.get(id)) continue; // an element of a called diagram, shown on its own page
      if (STATES.includes(facts.state)) canvas.addMarker(id, facts.state);
      badge(viewer, id, facts);
    }
    for (const id of state.flows || []) if (registry.get(id)) canvas.addMarker(id, 'taken');
  }

  // A click tells the page: an element of the text twin with data-element-row="<id>" is lit up.
  function announce(box, viewer) {
    viewer.get('eventBus').on('element.click', ({ element }) => {
      box.dispatchEvent(new CustomEvent('huiyin:element', { bubbles: true, detail: { id: element.id } }));
      for (const row of document.querySelectorAll('[data-element-row]')) {
        row.classList.toggle('table-active', row.dataset.elementRow === element.id);
      }
    });
  }

  async function showOne(box) {
    const [xml, state] = await Promise.all([text(box.dataset.xmlUrl), box.dataset.stateUrl ? json(box.dataset.stateUrl) : {}]);
    box.replaceChildren();
    const viewer = await draw(box, xml);
    showState(viewer, state);
    begin(viewer, state);
    announce(box, viewer);
    const refresh = async () => {
      try {
        showState(viewer, await json(box.dataset.stateUrl));
      } catch (error) {
        Huiyin.toast(error.message, 'danger');
      }
    };
    toolbar(box, [viewer], box.dataset.stateUrl ? refresh : null);
    const seconds = Number(box.dataset.refresh);
    if (seconds > 0) repeat(box, refresh, seconds);
    box.huiyinViewers = [viewer];
  }

  function repeat(box, refresh, seconds) {
    const timer = setInterval(() => (box.isConnected ? refresh() : clearInterval(timer)), seconds * 1000);
  }

  // ---- two versions -------------------------------------------------------------------------------------------
  // An entry of added/removed/changed is an id or {"id": …, "what": "the attribute list to show"}.
  function mark(viewer, entries, kind) {
    const registry = viewer.get('elementRegistry');
    for (const entry of entries || []) {
      const id = entry.id || entry;
      if (!registry.get(id)) continue;
      viewer.get('canvas').addMarker(id, `diff-${kind}`);
      const chip = node('div', `bpmn-chip bpmn-diff-${kind}`, say(kind));
      if (entry.what) chip.title = entry.what;
      if (!registry.get(id).waypoints) viewer.get('overlays').add(id, 'huiyin', { position: { top: -24, left: 0 }, html: chip });
    }
  }

  function together(one, other) {
    let moving = false;
    const follow = (from, to) => from.on('canvas.viewbox.changed', ({ viewbox }) => {
      if (moving) return;
      moving = true;
      const { x, y, width, height } = viewbox;
      to.get('canvas').viewbox({ x, y, width, height });
      moving = false;
    });
    follow(one, other);
    follow(other, one);
  }

  async function showTwo(box) {
    const { oldXmlUrl, xmlUrl, diffUrl } = box.dataset;
    const [before, now, diff] = await Promise.all([text(oldXmlUrl), text(xmlUrl), json(diffUrl)]);
    box.replaceChildren();
    const sides = [say('The version before'), say('The version now')].map((title) => {
      const side = node('div', 'bpmn-side');
      side.append(node('div', 'bpmn-side-title', title));
      box.append(side);
      return side;
    });
    const [old, current] = [await draw(sides[0], before), await draw(sides[1], now)];
    mark(old, diff.removed, 'removed');
    mark(old, diff.changed, 'changed');
    mark(current, diff.added, 'added');
    mark(current, diff.changed, 'changed');
    together(old, current);
    announce(box, old);
    announce(box, current);
    toolbar(box, [current, old], null);
    box.huiyinViewers = [old, current];
  }

  // ---- start --------------------------------------------------------------------------------------------------
  async function start(box) {
    if (box.dataset.bpmnStarted) return;
    box.dataset.bpmnStarted = 'true';
    try {
      await (box.dataset.diffUrl ? showTwo(box) : showOne(box));
      box.dataset.bpmnReady = 'true';
    } catch (error) {
      const alert = node('div', 'alert alert-danger', say('The diagram could not be shown: {reason}', { reason: error.message }));
      box.replaceChildren(alert);
      box.classList.add('is-undrawn');
    }
  }

  // A hidden tab has no size to fit into, so a diagram starts when it first becomes visible.
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) start(entry.target);
  });
  const watch = (root) => root.querySelectorAll('[data-bpmn]').forEach((box) => seen.observe(box));
  watch(document);
  document.addEventListener('htmx:load', (event) => watch(event.target.parentNode || document));

  Huiyin.viewer = { start, showState };
})();
