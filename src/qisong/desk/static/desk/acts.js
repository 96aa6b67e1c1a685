// The sheet of an act: names by taps, copies by steps, text to the clipboard. Every page works without this file.
"use strict";

document.documentElement.classList.add("scripted");

// A name goes from nothing to present, to leave, and back to nothing. The boxes themselves stay what is sent.
document.addEventListener("change", (event) => {
  const tile = event.target.closest("[data-tile]");
  if (!tile) return;
  const [present, leave] = tile.querySelectorAll("input");
  if (event.target === leave) present.checked &&= !leave.checked;
  else if (!present.checked) leave.checked = true;
  else if (leave.checked) present.checked = leave.checked = false;
});

document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-step]");
  if (step) {
    const box = step.parentElement.querySelector("input");
    box.value = Math.max(0, Number(box.value || 0) + Number(step.dataset.step)) || "";
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const text = document.getElementById(copy.dataset.copy);
    text.select();
    navigator.clipboard?.writeText(text.value);
  }
});

function unfold(root) {
  for (const hidden of root.querySelectorAll("[data-step][hidden], [data-copy][hidden]")) hidden.hidden = false;
}
unfold(document);
document.addEventListener("htmx:afterSwap", () => unfold(document));
