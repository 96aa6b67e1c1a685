// Keys, drafts and the print button. Every page works without this file.
"use strict";

// Ctrl+Enter sends the form one stands in, or the page's main form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest("form") ?? document.querySelector("form[data-main]");
  if (form) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button.primary") ?? undefined);
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// In a form with data-rows, ↓ and ↑ lead to the same box of the next or last row that has it, and Enter to the first box
// of the next row; a date keeps its own keys.
document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (!["ArrowDown", "ArrowUp", "Enter"].includes(event.key) || event.ctrlKey || event.metaKey) return;
  if (!box.matches("[data-rows] tr input") || (box.type === "date" && event.key !== "Enter")) return;
  event.preventDefault();
  const step = event.key === "ArrowUp" ? "previousElementSibling" : "nextElementSibling";
  const column = event.key === "Enter" ? "asked" : box.name.replace(/\d+$/, "");
  let row = box.closest("tr")[step];
  while (row) {
    const others = [...row.querySelectorAll("input")].filter((other) => other.name.replace(/\d+$/, "") === column);
    const found = others.find((other) => other.value === box.value) ?? others[0];
    if (found) return found.focus();
    row = row[step];
  }
});

// The slider of days says which day it stands on while it is moved.
function tellDay(box) {
  const on = new Date(`${box.dataset.first}T00:00:00Z`);
  on.setUTCDate(on.getUTCDate() + Number(box.value));
  const said = on.toLocaleDateString(document.documentElement.lang, { timeZone: "UTC" });
  box.setAttribute("aria-valuetext", said);
  box.form.querySelector("output").value = said;
}
const tellDays = () => document.querySelectorAll("input[data-first]").forEach(tellDay);
document.addEventListener("input", (event) => event.target.matches("input[data-first]") && tellDay(event.target));
document.addEventListener("htmx:afterSwap", tellDays);
tellDays();

// A second press while the first is on its way would only ask the same again; a form with data-again brings a file and
// leaves the page standing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post") || "again" in form.dataset) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A form with data-draft="name" keeps what was typed for as long as this window lives, so that a lost connection or
// a wrong click costs nothing. Boxes with data-private are left out; nothing stays once the window is closed, the
// form was accepted (a page with data-sent-draft="name") or somebody stands at the entrance again.
const draftKey = (name) => `draft:${name}`;
const fieldsOf = (form) =>
  [...form.elements].filter((box) => box.name && !["csrfmiddlewaretoken", "draft"].includes(box.name) &&
    !["file", "password", "hidden", "submit", "button"].includes(box.type) && !("private" in box.dataset));
const ticks = (box) => box.type === "checkbox" || box.type === "radio";

function keepDraft(form) {
  const kept = fieldsOf(form).map((box) => [box.name, ticks(box) ? `${box.value}:${box.checked}` : box.value]);
  sessionStorage.setItem(draftKey(form.dataset.draft), JSON.stringify(kept));
}

function bringBackDraft(form) {
  const kept = JSON.parse(sessionStorage.getItem(draftKey(form.dataset.draft)) ?? "null");
  if (!kept || form.querySelector(".errors")) return;
  const left = [...kept];
  for (const box of fieldsOf(form)) {
    const found = left.findIndex(([name, value]) => name === box.name && (!ticks(box) || value.startsWith(`${box.value}:`)));
    if (found < 0) continue;
    const [[, value]] = left.splice(found, 1);
    if (ticks(box)) box.checked = value === `${box.value}:true`;
    else box.value = value;
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

if (document.querySelector(".entrance")) sessionStorage.clear();
for (const page of document.querySelectorAll("[data-sent-draft]")) {
  sessionStorage.removeItem(draftKey(page.dataset.sentDraft));
}
for (const form of document.querySelectorAll("form[data-draft]")) {
  bringBackDraft(form);
  form.addEventListener("input", () => keepDraft(form));
  form.addEventListener("change", () => keepDraft(form));
}
