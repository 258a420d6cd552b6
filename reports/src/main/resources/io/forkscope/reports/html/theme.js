(() => {
  const button = document.getElementById('theme');
  const themes = ['system', 'light', 'dark'];
  let now = 0;
  button.hidden = false;
  const redraw = () => forkscope.redraw.forEach((draw) => draw());
  button.addEventListener('click', () => {
    now = (now + 1) % themes.length;
    if (now === 0) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = themes[now];
    button.textContent = 'Theme: ' + themes[now];
    redraw();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
})();
