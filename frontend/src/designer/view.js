const PALETTE_WIDTH = 150;
const READABLE = 0.75;

export function zoom(modeler, factor) {
  const canvas = modeler.get('canvas');
  canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * factor)), 'auto');
}

// A wide diagram opens where it begins, in letters that can be read; `fit` shows all of it.
export function begin(modeler) {
  fit(modeler, READABLE);
}

// The palette lies over the left edge: `fit-viewport` alone would put the start event under it.
export function fit(modeler, least = 0.1) {
  const canvas = modeler.get('canvas');
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !outer.width) return;
  const whole = Math.min((outer.width - PALETTE_WIDTH - 30) / inner.width, (outer.height - 60) / inner.height);
  const scale = Math.min(1, Math.max(least, whole));
  canvas.viewbox({
    x: inner.x - PALETTE_WIDTH / scale,
    y: inner.y - Math.max(30 / scale, (outer.height / scale - inner.height) / 2),
    width: outer.width / scale,
    height: outer.height / scale,
  });
}
