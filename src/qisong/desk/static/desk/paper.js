// Typing a sheet back: row numbers become ticks and ticks become row numbers. The page works without this file.
"use strict";

document.documentElement.classList.add("scripted");

const boxesOf = (column) => [...document.querySelectorAll(`input[name="tick-${column}"]`)];

// "1-12 15" → the numbers; what cannot be read yet is left for the server to say.
function rowsNamed(typed) {
  const rows = new Set();
  for (const piece of typed.normalize("NFKC").split(/[\s,、;.。]+/).filter(Boolean)) {
    const match = /^(\d{1,3})(?:[-~—–至到](\d{1,3}))?$/.exec(piece);
    if (!match) continue;
    for (let row = Number(match[1]); row <= Number(match[2] ?? match[1]); row += 1) rows.add(row);
  }
  return rows;
}

function asRanges(rows) {
  const ranges = [];
  for (const row of rows) {
    const last = ranges.at(-1);
    if (last && last[1] === row - 1) last[1] = row;
    else ranges.push([row, row]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(" ");
}

document.addEventListener("input", (event) => {
  const column = event.target.dataset?.rows;
  if (!column) return;
  const rows = rowsNamed(event.target.value);
  for (const box of boxesOf(column)) box.checked = rows.has(Number(box.value));
});

document.addEventListener("change", (event) => {
  if (!event.target.name?.startsWith("tick-")) return;
  const column = event.target.name.slice("tick-".length);
  const typed = document.querySelector(`[data-rows="${column}"]`);
  typed.value = asRanges(boxesOf(column).filter((box) => box.checked).map((box) => Number(box.value)));
});

// Up and down walk along a column, left and right along a row.
document.addEventListener("keydown", (event) => {
  const cell = event.target.closest(".ticks td");
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  if (!cell || !step) return;
  const rows = [...cell.closest("tbody").rows];
  const next = rows[rows.indexOf(cell.parentElement) + step[0]]?.cells[cell.cellIndex + step[1]]?.querySelector("input");
  if (!next) return;
  event.preventDefault();
  next.focus();
});
