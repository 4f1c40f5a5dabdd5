// Follows what the page shows: when it has changed, its main part is read again. Without this the page stays as it is.
const main = document.querySelector("main[data-live]");
if (main && "EventSource" in window) {
  const version = encodeURIComponent(main.dataset.version);
  const source = new EventSource(`${main.dataset.live}?version=${version}`);
  const refresh = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const open = new Set([...main.querySelectorAll("details[open][id]")].map((one) => one.id));
    main.replaceChildren(...document.importNode(fresh.querySelector("main"), true).childNodes);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    document.title = fresh.title;
  };
  source.addEventListener("changed", refresh);
  source.addEventListener("over", () => source.close());
}
