(async () => {
  const map = forkscope.data.map;
  const canvas = document.getElementById('map');
  if (!canvas) return;
  const byId = (id) => document.getElementById(id);
  const fail = (text) => { byId('map-message').textContent = text; byId('map-message').hidden = false; canvas.hidden = true; };
  if (typeof DecompressionStream === 'undefined') return fail('This browser cannot unpack the page map (no DecompressionStream). The words and tables hold its sums.');
  const packed = Uint8Array.from(atob(map.data), (c) => c.charCodeAt(0));
  const bytes = new Uint8Array(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'))).arrayBuffer());
  const n = map.cells;
  const states = bytes.subarray(0, n);
  let at = n;
  const epochs = map.hasEpochs ? bytes.subarray(at, at += n) : null;
  const kinds = map.hasKinds ? bytes.subarray(at, at += n) : null;
  const stretches = [];
  const number = () => { let v = 0, f = 1, b; do { b = bytes[at++]; v += (b & 127) * f; f *= 128; } while (b & 128); return v; };
  for (let end = 0, cell = 0; at < bytes.length;) {
    const first = end + number(), length = number(), region = number();
    stretches.push({cell, first, length, region});
    cell += length; end = first + length;
  }
  const stretchOf = (i) => { let a = 0, b = stretches.length - 1; while (a < b) { const m = (a + b + 1) >> 1; if (stretches[m].cell <= i) a = m; else b = m - 1; } return stretches[a]; };
  const columns = Math.max(1, Math.min(n, Math.pow(2, Math.round(Math.log2(Math.sqrt(n * canvas.clientWidth / canvas.clientHeight))))));
  const blocks = [];
  stretches.forEach((s) => { if (!blocks.length || blocks[blocks.length - 1].region !== s.region) blocks.push({region: s.region, cell: s.cell}); });
  const lines = blocks.length <= 64;
  let rows = 0;
  const parts = lines ? blocks : [{region: -1, cell: 0}];
  parts.forEach((p, i) => { p.count = (i + 1 < parts.length ? parts[i + 1].cell : n) - p.cell; p.row = rows; rows += Math.ceil(p.count / columns); });
  const partOf = (i) => { let k = parts.length - 1; while (parts[k].cell > i) k--; return parts[k]; };
  const place = (i) => { const p = partOf(i); return [(i - p.cell) % columns, p.row + Math.floor((i - p.cell) / columns)]; };
  const cellAt = (x, y) => { if (x < 0 || x >= columns || y < 0) return -1; let k = parts.length - 1; while (k > 0 && parts[k].row > y) k--; const o = (y - parts[k].row) * columns + x; return o < parts[k].count ? parts[k].cell + o : -1; };
  const grow = () => { canvas.style.height = Math.max(160, Math.min(620, canvas.clientWidth / columns * rows)) + 'px'; };
  grow();
  const picture = document.createElement('canvas');
  picture.width = columns; picture.height = rows;
  let by = 'cause', scale = 1, dx = 0, dy = 0, focus = -1;
  const rgb = (name) => { const v = parseInt(forkscope.colour(name).slice(1), 16); return (255 << 24 | (v & 255) << 16 | (v >> 8 & 255) << 8 | v >> 16) >>> 0; };
  const paint = () => {
    const image = new ImageData(columns, rows), out = new Uint32Array(image.data.buffer);
    const ten = Array.from({length: 10}, (_, i) => rgb('c' + i)), other = rgb('cx'), shared = rgb('shared');
    const cause = map.causes.map((c) => rgb(c.colour));
    parts.forEach((p) => { for (let k = 0; k < p.count; k++) {
      const i = p.cell + k, s = states[i];
      let v = s ? (cause[s - 1] ?? other) : shared;
      if (by === 'kind') v = kinds[i] ? (ten[kinds[i] - 1] ?? other) : shared;
      if (by === 'epoch' && s) { const t = (epochs[i] || 1) / Math.max(1, map.epochs.length); v = (255 << 24 | Math.round(70 + 130 * (1 - t)) << 16 | Math.round(60 + 110 * t) << 8 | Math.round(50 + 190 * t)) >>> 0; }
      out[p.row * columns + k] = v;
    } });
    picture.getContext('2d').putImageData(image, 0, 0);
  };
  const draw = () => {
    const ratio = devicePixelRatio || 1, w = canvas.clientWidth, h = canvas.clientHeight;
    canvas.width = w * ratio; canvas.height = h * ratio;
    const g = canvas.getContext('2d');
    g.scale(ratio, ratio);
    g.imageSmoothingEnabled = scale < 1;
    g.drawImage(picture, dx, dy, columns * scale, rows * scale);
    if (focus >= 0) { const [x, y] = place(focus), s = Math.max(scale, 6); g.strokeStyle = forkscope.colour('ink'); g.lineWidth = 2; g.strokeRect(dx + x * scale - 1, dy + y * scale - 1, s + 2, s + 2); }
  };
  const fit = () => { const w = canvas.clientWidth, h = canvas.clientHeight; scale = Math.min(w / columns, h / rows); dx = (w - columns * scale) / 2; dy = (h - rows * scale) / 2; draw(); };
  const zoom = (f, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) => { const s = Math.max(.05, Math.min(60, scale * f)); dx = x - (x - dx) * s / scale; dy = y - (y - dy) * s / scale; scale = s; draw(); };
  const tell = (i) => {
    const s = stretchOf(i), page = BigInt(s.first + i - s.cell) << BigInt(map.shift);
    byId('map-read').textContent = '0x' + (page * 4096n).toString(16) + ' · ' + (map.regions[s.region] ?? 'other regions') + ' · '
      + (states[i] ? 'broken first by ' + (map.causes[states[i] - 1]?.id ?? 'another cause') : 'still shared')
      + (epochs && epochs[i] ? ' at ' + forkscope.count(map.epochs[epochs[i] - 1]) + ' ' + forkscope.data.curve.label : '')
      + (kinds ? ' · ' + (map.kinds[kinds[i]] || (kinds[i] ? 'other kinds' : 'object kind unknown')) : '') + ' · page ' + forkscope.count(i + 1) + ' of ' + forkscope.count(n);
  };
  const go = (i) => {
    focus = Math.max(0, Math.min(n - 1, i));
    const [x, y] = place(focus), px = dx + x * scale, py = dy + y * scale;
    if (px < 0 || px > canvas.clientWidth - scale) dx = canvas.clientWidth / 2 - x * scale;
    if (py < 0 || py > canvas.clientHeight - scale) dy = canvas.clientHeight / 2 - y * scale;
    draw(); tell(focus);
  };
  const seek = (step) => { for (let i = focus + step; i >= 0 && i < n; i += step) if (states[i]) return go(i); };
  canvas.addEventListener('keydown', (e) => {
    const many = e.shiftKey ? 16 : 1, here = Math.max(0, focus), [x] = place(here);
    const moves = {ArrowRight: () => go(here + many), ArrowLeft: () => go(here - many), ArrowDown: () => go(here + columns * many), ArrowUp: () => go(here - columns * many), Home: () => go(here - x), End: () => go(here - x + columns - 1), '+': () => zoom(1.5), '=': () => zoom(1.5), '-': () => zoom(1 / 1.5), '0': fit, n: () => seek(1), p: () => seek(-1)};
    if (moves[e.key] && !e.ctrlKey && !e.metaKey && !e.altKey) { e.preventDefault(); moves[e.key](); }
  });
  canvas.addEventListener('focus', () => { if (focus < 0) go(0); });
  let drag = null;
  canvas.addEventListener('pointerdown', (e) => { drag = [e.clientX - dx, e.clientY - dy]; canvas.setPointerCapture(e.pointerId); });
  canvas.addEventListener('pointerup', () => { drag = null; });
  canvas.addEventListener('pointermove', (e) => {
    if (drag) { dx = e.clientX - drag[0]; dy = e.clientY - drag[1]; return draw(); }
    const i = cellAt(Math.floor((e.offsetX - dx) / scale), Math.floor((e.offsetY - dy) / scale));
    if (i >= 0) tell(i);
  });
  canvas.addEventListener('wheel', (e) => { e.preventDefault(); zoom(e.deltaY < 0 ? 1.2 : 1 / 1.2, e.offsetX, e.offsetY); }, {passive: false});
  const choose = byId('map-region');
  blocks.slice(0, 500).forEach((b) => choose.add(new Option(map.regions[b.region] ?? 'other regions', b.cell)));
  choose.addEventListener('change', () => go(+choose.value));
  byId('map-in').addEventListener('click', () => zoom(1.5));
  byId('map-out').addEventListener('click', () => zoom(1 / 1.5));
  byId('map-fit').addEventListener('click', fit);
  byId('map-next').addEventListener('click', () => seek(1));
  document.querySelectorAll('[name=map-colour]').forEach((r) => r.addEventListener('change', () => { by = r.value; paint(); draw(); }));
  byId('map-tools').hidden = false;
  paint(); fit();
  forkscope.redraw.push(() => { paint(); draw(); });
  addEventListener('resize', () => { grow(); fit(); });
})();
