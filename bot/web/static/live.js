// Follows what the page shows: when it has changed, its main part is read again. Without this the page stays as it is.
const main = document.querySelector("main[data-live]");
if (main && "EventSource" in window) {
  const query = new URLSearchParams(location.search); // what was asked for is what is followed
  query.set("version", main.dataset.version);
  const source = new EventSource(`${main.dataset.live}?${query}`);
  const isFilledIn = (one) => one && main.contains(one) && one.matches("form *");
  let waits = false;
  const refresh = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Who fills in a form keeps it: the page is read again once they have left it.
    waits = isFilledIn(document.activeElement);
    if (waits) return;
    const open = new Set([...main.querySelectorAll("details[open][id]")].map((one) => one.id));
    const here = main.contains(document.activeElement) && document.activeElement.getAttribute("href");
    main.replaceChildren(...document.importNode(fresh.querySelector("main"), true).childNodes);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (here) main.querySelector(`a[href="${CSS.escape(here)}"]`)?.focus({ preventScroll: true });
    document.title = fresh.title;
  };
  source.addEventListener("changed", refresh);
  source.addEventListener("over", () => source.close());
  main.addEventListener("focusout", (event) => waits && !isFilledIn(event.relatedTarget) && refresh());
}
