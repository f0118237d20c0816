const PALETTE_WIDTH = 150;

export function zoom(modeler, factor) {
  const canvas = modeler.get('canvas');
  canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * factor)), 'auto');
}

// The palette lies over the left edge: `fit-viewport` alone would put the start event under it.
export function fit(modeler) {
  const canvas = modeler.get('canvas');
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !outer.width) return;
  const scale = Math.min(1, (outer.width - PALETTE_WIDTH - 30) / inner.width, (outer.height - 60) / inner.height);
  canvas.viewbox({
    x: inner.x - PALETTE_WIDTH / scale,
    y: inner.y - (outer.height / scale - inner.height) / 2,
    width: outer.width / scale,
    height: outer.height / scale,
  });
}
