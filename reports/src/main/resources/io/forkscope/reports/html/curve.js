(() => {
  const curve = forkscope.data.curve;
  const box = document.getElementById('curve');
  if (!box) return;
  const sums = [];
  curve.series.forEach((s, i) => sums.push(s.pages.map((p, k) => p + (i ? sums[i - 1][k] : 0))));
  const slider = document.getElementById('curve-epoch');
  const read = document.getElementById('curve-read');
  const cells = document.querySelectorAll('[data-curve=pages]');
  let plot;
  const whole = [];
  for (let d = 1; d < 1e15; d *= 10) whole.push(d, 2 * d, 5 * d);
  const show = (k) => {
    const label = curve.epochs[k] === 1 ? curve.label.replace(/s$/, '') : curve.label;
    read.textContent = forkscope.count(curve.epochs[k]) + ' ' + label + ': '
      + forkscope.mib(sums[sums.length - 1][k]) + ' lost';
    const values = curve.series.map((s) => s.pages[k]).concat(curve.measured.length ? [curve.measured[k]] : []);
    cells.forEach((cell, i) => { cell.textContent = forkscope.mib(values[i]) + ', ' + forkscope.count(values[i]) + ' p.'; });
  };
  const draw = () => {
    if (plot) plot.destroy();
    const axis = {stroke: forkscope.colour('quiet'), grid: {stroke: forkscope.colour('line'), width: 1}, ticks: {stroke: forkscope.colour('line'), width: 1}};
    const order = sums.map((_, i) => sums.length - 1 - i);
    const series = [{}].concat(order.map((i) => {
      const c = forkscope.colour(curve.series[i].colour);
      return {stroke: c, fill: c, width: 1, points: {show: false}};
    }));
    const data = [curve.epochs].concat(order.map((i) => sums[i].map((p) => p / 256)));
    if (curve.measured.length) {
      series.push({stroke: forkscope.colour('ink'), paths: () => null, points: {show: true, size: 8, width: 2, fill: forkscope.colour('card')}});
      data.push(curve.measured.map((p) => p / 256));
    }
    plot = new uPlot({
      width: box.clientWidth, height: 320, series, legend: {show: false}, scales: {x: {time: false}, y: {range: (u, a, b) => [0, b * 1.05 || 1]}},
      axes: [Object.assign({label: curve.label, labelSize: 22, incrs: whole}, axis), Object.assign({label: 'lost, MiB', size: 60, labelSize: 22}, axis)],
      cursor: {drag: {x: false, y: false}, points: {show: false}},
      hooks: {setCursor: [(u) => { if (u.cursor.idx != null) { slider.value = u.cursor.idx; show(u.cursor.idx); } }]},
    }, data, box);
  };
  slider.max = curve.epochs.length - 1;
  slider.value = slider.max;
  slider.disabled = false;
  slider.addEventListener('input', () => show(+slider.value));
  draw();
  show(curve.epochs.length - 1);
  forkscope.redraw.push(draw);
  addEventListener('resize', draw);
})();
