// The public board on a screen that stays open: new figures every half minute. The page is whole without this.
"use strict";

const EVERY = 30000;
let shown = "";

async function fresh() {
  const main = document.querySelector("main");
  const used = main.querySelector("details[open]") || main.contains(document.activeElement);
  if (document.hidden || used) return; // nothing moves under the hand of one who reads or types
  const answer = await fetch(location.href, { cache: "no-cache" });
  const tag = answer.headers.get("ETag");
  if (!answer.ok || tag === shown) return;
  shown = tag;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  main.replaceChildren(...page.querySelector("main").childNodes);
}

setInterval(() => fresh().catch(() => undefined), EVERY); // out of reach: the next time will do
