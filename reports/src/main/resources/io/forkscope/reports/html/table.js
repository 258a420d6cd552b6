(() => {
  const value = (cell, number) => {
    const text = cell.textContent.trim();
    if (!number) return text.startsWith('0x') ? text.padStart(18, ' ') : text;
    const n = cell.dataset.value === undefined ? parseFloat(text.replace(/,/g, '')) : +cell.dataset.value;
    return Number.isNaN(n) ? -1 : n;
  };
  document.querySelectorAll('table[data-sortable]').forEach((table) => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      if (head.hasAttribute('data-plain')) return;
      const number = head.classList.contains('n');
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'sort';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const down = head.ariaSort ? head.ariaSort === 'ascending' : number;
        heads.forEach((h) => h.removeAttribute('aria-sort'));
        head.ariaSort = down ? 'descending' : 'ascending';
        const rows = [...table.tBodies[0].rows].map((row) => [value(row.cells[column], number), row]);
        rows.sort(([a], [b]) => (number ? a - b : a.localeCompare(b, 'en', {numeric: !a.startsWith(' ')})) * (down ? -1 : 1));
        table.tBodies[0].append(...rows.map(([, row]) => row));
      });
    });
  });
})();
