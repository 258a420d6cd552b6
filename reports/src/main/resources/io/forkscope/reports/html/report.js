'use strict';
const forkscope = {
  data: JSON.parse(document.getElementById('forkscope-data').textContent),
  redraw: [],
  colour: (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim(),
  count: (n) => Math.round(n).toLocaleString('en-US'),
  mib: (pages) => (pages / 256).toLocaleString('en-US', {minimumFractionDigits: 1, maximumFractionDigits: 1}) + ' MiB',
};
