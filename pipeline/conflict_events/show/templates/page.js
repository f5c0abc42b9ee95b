// The page works without this: links and :target do the showing. Here: all pieces of what was chosen, the words of one
// event at a time, and the way back by Escape.
(() => {
  "use strict";
  let chosen = [];
  let origin = null;

  const pieces = (id) => {
    const first = document.getElementById(id);
    return first ? [first, ...document.querySelectorAll(`[data-of="${CSS.escape(id)}"]`)] : [];
  };
  const mark = (elements, name, on) => elements.forEach((element) => element.classList.toggle(name, on));

  const show = () => {
    mark(chosen, "chosen", false);
    chosen = pieces(decodeURIComponent(location.hash.slice(1)));
    mark(chosen, "chosen", true);
    if (chosen.length) chosen[0].focus({ preventScroll: true });
  };
  // Only the words of one event of an article are tinted: of the card or passage that was last in hand.
  const tint = (section, number) => {
    if (!section || section.dataset.tinted === number) return;
    section.dataset.tinted = number;
    section.querySelectorAll(".text .on").forEach((word) => word.classList.remove("on"));
    section.querySelectorAll(`.text [data-events~="${CSS.escape(number)}"]`).forEach((word) => word.classList.add("on"));
    section.querySelectorAll("[data-event]").forEach((card) => card.classList.toggle("current", card.dataset.event === number));
  };
  const inHand = (event) => {
    const element = event.target instanceof Element ? event.target : null;
    const section = element?.closest("section.article");
    const card = element?.closest("[data-event]");
    const words = element?.closest(".text [data-events]");
    if (card) tint(section, card.dataset.event);
    else if (words && !words.classList.contains("on")) tint(section, words.dataset.events.split(" ")[0]);
  };
  const prepare = (root) => root.querySelectorAll("section.article").forEach((section) => tint(section, "1"));

  addEventListener("hashchange", show);
  document.addEventListener("focusin", inHand);
  document.addEventListener("click", inHand);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    if (!link) return;
    origin = link;
    if (link.hash === location.hash) show();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !origin) return;
    origin.focus();
    origin.scrollIntoView({ block: "nearest" });
    origin = null;
  });
  document.documentElement.classList.add("js");
  // Articles that come onto the page later are told by this event.
  addEventListener("articleshown", () => { prepare(document); show(); });
  prepare(document);
  if (location.hash) show();
})();
