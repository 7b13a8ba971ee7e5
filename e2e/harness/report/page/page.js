// Shows the content of a picture's line by mouse and keyboard, and makes the copy buttons work. Without this script, everything
// is in the list below each picture.
'use strict';

for (const story of document.querySelectorAll('.story')) {
  const content = story.querySelector('.content');
  const lines = [...story.querySelectorAll('.lines li')];
  for (const picture of content ? story.querySelectorAll('.picture svg') : []) attend(picture, content, lines);
}

function attend(picture, content, lines) {
  const rows = [...picture.querySelectorAll('.row[data-line]')];
  let chosen = rows.findLast((row) => row.classList.contains('broken')) ?? rows[0];

  const show = (row) => {
    chosen.setAttribute('aria-selected', 'false');
    chosen.tabIndex = -1;
    chosen = row;
    chosen.setAttribute('aria-selected', 'true');
    chosen.tabIndex = 0;
    content.replaceChildren(...[...lines[Number(row.dataset.line)].children].map((part) => part.cloneNode(true)));
    for (const pre of content.querySelectorAll('pre')) pre.tabIndex = 0; // it may scroll
  };
  const go = (row) => {
    show(row);
    row.focus();
  };
  const keys = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  for (const row of rows) {
    row.addEventListener('pointerenter', () => show(row));
    row.addEventListener('focus', () => show(row));
    row.addEventListener('keydown', (event) => {
      const step = keys[event.key];
      if (step === undefined) return;
      event.preventDefault();
      go(rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(row) + step))]);
    });
  }
  show(chosen);
}

for (const button of document.querySelectorAll('.copy')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      // A page that was opened as a file may not write to the clipboard: the text is selected, to be copied by hand.
      getSelection().selectAllChildren(button.previousElementSibling);
      button.textContent = 'Selected';
    }
  });
}
