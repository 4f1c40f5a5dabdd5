// Reading works without this file. It adds live updates, completion of slash commands, and saves a click for the persona.
"use strict";

document.documentElement.classList.add("js");

// --- live updates: the server says "changed", the page fetches itself and swaps what is marked data-live ---

const openDetails = (root) =>
  new Set([...root.querySelectorAll("details")].flatMap((one, index) => (one.open ? [index] : [])));

function swap(stands, comes) {
  if (stands.contains(document.activeElement) && document.activeElement.matches("textarea, input, select")) return;
  if (stands.innerHTML === comes.innerHTML) return;
  const touched = stands.dataset.touched === "yes" ? openDetails(stands) : null;
  const scrolled = [...stands.querySelectorAll(".log, .calls")].map((one) => one.scrollTop);
  stands.innerHTML = comes.innerHTML;
  if (touched) stands.querySelectorAll("details").forEach((one, index) => { one.open = touched.has(index); });
  stands.querySelectorAll(".log, .calls").forEach((one, index) => { one.scrollTop = scrolled[index] || 0; });
}

let refreshing = false;
let again = false;

async function refresh() {
  if (refreshing) { again = true; return; }
  refreshing = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.querySelectorAll("[data-live]").forEach((part) => {
      const comes = fresh.getElementById(part.id);
      if (comes) swap(part, comes);
    });
    document.querySelectorAll("[data-live], [data-vanishes]").forEach((part) => {
      if (!fresh.getElementById(part.id)) part.remove(); // what is over cannot be decided any more
    });
  } catch {
    // The hub is gone or busy: the next change, or the reconnect of the event source, tries again.
  } finally {
    refreshing = false;
    if (again) { again = false; setTimeout(refresh, 120); }
  }
}

document.addEventListener("click", (event) => {
  const part = event.target.closest("summary") && event.target.closest("[data-live]");
  if (part) part.dataset.touched = "yes";
});

if (document.querySelector("[data-live]")) {
  const changes = new EventSource("/_/changes");
  let soon = 0;
  const later = () => { soon ||= setTimeout(() => { soon = 0; refresh(); }, 150); }; // changes come in swarms
  changes.addEventListener("changed", later);
  changes.addEventListener("open", later);
  addEventListener("pagehide", () => changes.close());
}

// --- who acts: choosing is enough ---

document.querySelectorAll("form[data-submit-on-change] select").forEach((select) => {
  select.addEventListener("change", () => select.form.requestSubmit());
});

// --- completion of slash commands ---

function currentCommand(area) {
  const before = area.value.slice(0, area.selectionStart);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  return /^\/[^\n]*$/.test(line) ? line : null;
}

function complete(area) {
  const commands = JSON.parse(area.dataset.commands);
  const list = document.getElementById(area.getAttribute("aria-controls"));
  const status = document.getElementById(area.dataset.status);
  let shown = [];
  let chosen = 0;

  const close = () => { list.hidden = true; area.removeAttribute("aria-activedescendant"); };
  const mark = () => {
    [...list.children].forEach((item, index) => {
      item.setAttribute("aria-selected", String(index === chosen));
      if (index === chosen) { area.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
    });
  };
  const take = (index) => {
    const line = currentCommand(area);
    if (line === null || !shown[index]) return;
    area.setRangeText(shown[index].insert, area.selectionStart - line.length, area.selectionStart, "end");
    close();
    area.focus();
  };
  const offer = () => {
    const line = currentCommand(area);
    shown = line === null ? [] : commands.filter((one) => one.insert.startsWith(line.toLowerCase()) && one.insert.trim() !== line.trim());
    list.replaceChildren(...shown.map((one, index) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${index}`;
      item.setAttribute("role", "option");
      const usage = document.createElement("code");
      usage.textContent = one.insert;
      item.title = one.usage;
      const does = document.createElement("span");
      does.className = "does";
      does.textContent = one.summary;
      item.append(usage, does);
      item.addEventListener("mousedown", (event) => { event.preventDefault(); take(index); });
      return item;
    }));
    chosen = 0;
    list.hidden = shown.length === 0;
    status.textContent = shown.length ? `${shown.length} commands fit; arrow keys choose, Enter takes.` : "";
    if (shown.length) mark(); else close();
  };

  area.addEventListener("input", offer);
  area.addEventListener("blur", close);
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); area.form.requestSubmit(); return; }
    if (list.hidden) return;
    if (event.key === "ArrowDown") chosen = (chosen + 1) % shown.length;
    else if (event.key === "ArrowUp") chosen = (chosen + shown.length - 1) % shown.length;
    else if (event.key === "Enter" || event.key === "Tab") { event.preventDefault(); take(chosen); return; }
    else if (event.key === "Escape") { close(); return; }
    else return;
    event.preventDefault();
    mark();
  });
}

document.querySelectorAll("textarea[data-commands]").forEach(complete);
