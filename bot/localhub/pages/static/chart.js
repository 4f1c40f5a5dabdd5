// Draws the one chart that the frame's address names, in Mermaid's language, as GitHub does: in a frame of its own.
"use strict";

const dark = matchMedia("(prefers-color-scheme: dark)").matches;
const place = document.getElementById("chart");

async function draw() {
  const bytes = Uint8Array.from(atob(location.hash.slice(1).replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  const source = new TextDecoder().decode(bytes);
  document.body.classList.toggle("dark", dark);
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme: dark ? "dark" : "default" });
  const { svg } = await mermaid.render("drawing", source);
  place.innerHTML = svg;
  place.dataset.drawn = "yes";
}

draw().catch((error) => {
  place.textContent = `Unable to render rich display: ${error.message ?? error}`;
  place.dataset.drawn = "no";
});
